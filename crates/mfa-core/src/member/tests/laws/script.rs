//! Random scripts: what the owner does, what an attacker tries, what the tenant decides, what time it is.

use std::vec::Vec;

use proptest::prelude::*;

use super::super::world::{DAY, HOUR};
use crate::member::{Assurance, BrowserId, Generation, KnownBrowser};
use crate::tenant::ModeKind;

/// One thing that happens. Whatever it names, it picks from all there has ever been, dead or alive.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Wait(u64),
    TurnTheClockBack(u64),
    /// The tenant moves to its next epoch.
    Switch(ModeKind),
    /// The tenant removes the member and invites somebody under the same name.
    Reinvite,
    Join {
        generations_ago: u8,
        /// Of the words about that bearer, how many came after its acceptance.
        late: Pick,
    },
    Password {
        right: bool,
        device: Pick,
        browser: Option<KnownBrowser>,
    },
    Begin {
        word: Word,
        ticket: Pick,
        device: Pick,
    },
    Code {
        word: Word,
        pending: Pick,
        code: Code,
        remember: bool,
    },
    Key {
        word: Word,
        pending: Pick,
        key: Key,
    },
    NewPassword {
        word: Word,
        pending: Pick,
        same: bool,
    },
    Start {
        word: Word,
        pending: Pick,
    },
    Confirm {
        word: Word,
        pending: Pick,
        enrolment: Pick,
        code: Code,
    },
    Renew {
        word: Word,
        pending: Pick,
        enrolment: Pick,
    },
    Complete {
        word: Word,
        pending: Pick,
        enrolment: Pick,
        right: bool,
    },
    Extend {
        word: Word,
        pending: Pick,
    },
    View {
        word: Word,
        session: Pick,
    },
    SignOut {
        session: Pick,
    },
    /// An administrator orders a reset, or the end of all sessions.
    Order {
        reset: bool,
    },
    Authorize {
        word: Word,
        session: Pick,
        assurance: Assurance,
    },
    StepUp {
        word: Word,
        session: Pick,
        shown: Shown,
    },
    ResetOwn {
        word: Word,
        session: Pick,
    },
    StartKeys {
        word: Word,
        session: Pick,
    },
    ExtendKeys {
        word: Word,
        session: Pick,
    },
    CompleteKeys {
        word: Word,
        session: Pick,
        right: bool,
    },
    ForgetDevices {
        word: Word,
        session: Pick,
    },
    EndOthers {
        word: Word,
        session: Pick,
    },
    ChangePassword {
        word: Word,
        session: Pick,
        right: bool,
    },
    IssueLink {
        word: Word,
        anyway: bool,
    },
    Disown {
        word: Word,
        link: Pick,
    },
    ByLink {
        word: Word,
        link: Pick,
    },
    StartSetUp {
        word: Word,
        session: Pick,
    },
    ConfirmSetUp {
        word: Word,
        session: Pick,
        enrolment: Pick,
        code: Code,
    },
    ExtendSetUp {
        word: Word,
        session: Pick,
        enrolment: Pick,
        /// For how many seconds more the tenant keeps its epoch.
        kept: u64,
    },
    PrepareSetUp {
        word: Word,
        session: Pick,
        enrolment: Pick,
        right: bool,
    },
    AdoptSetUp {
        word: Word,
        session: Pick,
        enrolment: Pick,
        right: bool,
    },
    /// The tenant passes to the epoch that was set aside for a set-up, if that is still to come.
    Commit {
        enrolment: Pick,
    },
    External {
        word: Word,
    },
    Follow {
        word: Word,
    },
    Leave,
    Sweep,
    /// Secrets cannot be opened for a while, or can again.
    KeysAtHand(bool),
    // What honest people do, and attackers with patience.
    SignIn {
        remember: bool,
    },
    UseDevice,
    Enrol,
    EnrolHalfWay {
        wrong_codes: u8,
        confirmed: bool,
        wrong_proof: bool,
    },
    Guess {
        times: u8,
        patiently: bool,
    },
    GuessKeys {
        times: u8,
    },
    WayOut,
    /// Sets up and switches on, from passwords alone.
    SetUp {
        committed: bool,
    },
    /// New recovery keys, from a fresh sign-in.
    NewKeys,
    /// The tenant moves to an identity provider, and somebody signs in there; or nobody hears of it before it is back.
    MoveOut {
        heard: bool,
    },
    /// Wrong codes up to the notice, and "this was not me".
    NotMe {
        new_password: bool,
    },
}

/// From the newest: 0 is the last one made.
pub(super) type Pick = u8;

/// Whose word on the tenant comes with a command.
#[derive(Clone, Copy, Debug)]
pub(super) enum Word {
    Present,
    /// One that was given before, and arrives late.
    Earlier(Pick),
    OfOtherGeneration,
}

/// What is shown to step up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shown {
    Code(Code),
    Key(Key),
    Password(bool),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Code {
    /// Of the phone bound (or being enrolled), so many steps from now.
    AtStep(i8),
    /// The one typed last.
    Again,
    /// Of another enrolment's phone.
    OfPhone(Pick),
    Wrong,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Key {
    OfSheet(Pick, u8),
    Again,
    Wrong,
}

/// Scripts that start from nothing, or from somebody who joined, enrolled or is locked, under a clock that may be turned back.
pub(super) fn script() -> impl Strategy<Value = Vec<Act>> {
    scripts(prop_oneof![40 => act(), 1 => time().prop_map(Act::TurnTheClockBack)].boxed())
}

/// The same under a clock that only goes forward.
pub(super) fn script_of_a_sound_clock() -> impl Strategy<Value = Vec<Act>> {
    scripts(act().boxed())
}

fn scripts(act: BoxedStrategy<Act>) -> impl Strategy<Value = Vec<Act>> {
    let join = Act::Join { generations_ago: 0, late: 0 };
    let lock = Act::Guess { times: 30, patiently: true };
    let opening = prop_oneof![
        1 => Just(std::vec![]),
        1 => Just(std::vec![Act::Switch(ModeKind::Password), join.clone()]),
        2 => Just(std::vec![join.clone()]),
        4 => Just(std::vec![join.clone(), Act::Enrol, Act::Wait(HOUR)]),
        1 => Just(std::vec![join, Act::Enrol, Act::Wait(HOUR), lock]),
    ];
    (opening, prop::collection::vec(act, 1..60)).prop_map(|(mut opening, acts)| {
        opening.extend(acts);
        opening
    })
}

fn act() -> impl Strategy<Value = Act> {
    let any_mode =
        || prop_oneof![4 => Just(ModeKind::Mfa), 2 => Just(ModeKind::Password), 1 => Just(ModeKind::External)];
    let alone = prop_oneof![
        16 => time().prop_map(Act::Wait),
        1 => any_mode().prop_map(Act::Switch),
        1 => Just(Act::Reinvite),
        2 => (prop_oneof![3 => Just(0_u8), 1 => 0..3_u8], pick())
            .prop_map(|(generations_ago, late)| Act::Join { generations_ago, late }),
        8 => (prop::bool::weighted(0.6), pick(), browser())
            .prop_map(|(right, device, browser)| Act::Password { right, device, browser }),
        1 => Just(Act::Sweep),
        1 => prop::bool::weighted(0.8).prop_map(Act::KeysAtHand),
        2 => pick().prop_map(|session| Act::SignOut { session }),
    ];
    let told = prop_oneof![
        8 => (word(), pick(), pick()).prop_map(|(word, ticket, device)| Act::Begin { word, ticket, device }),
        10 => (word(), pick(), code(), any::<bool>())
            .prop_map(|(word, pending, code, remember)| Act::Code { word, pending, code, remember }),
        8 => (word(), pick(), key()).prop_map(|(word, pending, key)| Act::Key { word, pending, key }),
        3 => (word(), pick(), prop::bool::weighted(0.2))
            .prop_map(|(word, pending, same)| Act::NewPassword { word, pending, same }),
        4 => (word(), pick()).prop_map(|(word, pending)| Act::Start { word, pending }),
        5 => (word(), pick(), pick(), code())
            .prop_map(|(word, pending, enrolment, code)| Act::Confirm { word, pending, enrolment, code }),
        4 => (word(), pick(), pick()).prop_map(|(word, pending, enrolment)| Act::Renew { word, pending, enrolment }),
        6 => (word(), pick(), pick(), prop::bool::weighted(0.7))
            .prop_map(|(word, pending, enrolment, right)| Act::Complete { word, pending, enrolment, right }),
        3 => (word(), pick()).prop_map(|(word, pending)| Act::Extend { word, pending }),
        2 => (word(), pick()).prop_map(|(word, session)| Act::View { word, session }),
    ];
    let whole = prop_oneof![
        6 => any::<bool>().prop_map(|remember| Act::SignIn { remember }),
        3 => Just(Act::UseDevice),
        3 => Just(Act::Enrol),
        4 => (0..7_u8, prop::bool::weighted(0.7), any::<bool>()).prop_map(|(wrong_codes, confirmed, wrong_proof)| {
            Act::EnrolHalfWay { wrong_codes, confirmed, wrong_proof }
        }),
        6 => (1..7_u8).prop_map(|times| Act::Guess { times, patiently: false }),
        1 => (1..25_u8).prop_map(|times| Act::Guess { times, patiently: true }),
        2 => (1..7_u8).prop_map(|times| Act::GuessKeys { times }),
        2 => Just(Act::WayOut),
    ];
    let whole = prop_oneof![
        5 => whole,
        1 => prop::bool::weighted(0.8).prop_map(|committed| Act::SetUp { committed }),
        1 => Just(Act::NewKeys),
        1 => any::<bool>().prop_map(|heard| Act::MoveOut { heard }),
        1 => any::<bool>().prop_map(|new_password| Act::NotMe { new_password }),
    ];
    prop_oneof![
        6 => alone.boxed(),
        12 => told.boxed(),
        4 => whole.boxed(),
        6 => in_a_session().boxed(),
        2 => setting_up().boxed(),
        2 => from_elsewhere().boxed(),
    ]
}

fn in_a_session() -> impl Strategy<Value = Act> {
    let assurance = prop_oneof![Just(Assurance::Live), Just(Assurance::Own), Just(Assurance::Administrator)];
    let right = || prop::bool::weighted(0.7);
    prop_oneof![
        4 => (word(), pick(), assurance)
            .prop_map(|(word, session, assurance)| Act::Authorize { word, session, assurance }),
        8 => (word(), pick(), shown()).prop_map(|(word, session, shown)| Act::StepUp { word, session, shown }),
        1 => (word(), pick()).prop_map(|(word, session)| Act::ResetOwn { word, session }),
        2 => (word(), pick()).prop_map(|(word, session)| Act::StartKeys { word, session }),
        1 => (word(), pick()).prop_map(|(word, session)| Act::ExtendKeys { word, session }),
        3 => (word(), pick(), right()).prop_map(|(word, session, right)| Act::CompleteKeys { word, session, right }),
        1 => (word(), pick()).prop_map(|(word, session)| Act::ForgetDevices { word, session }),
        1 => (word(), pick()).prop_map(|(word, session)| Act::EndOthers { word, session }),
        2 => (word(), pick(), right()).prop_map(|(word, session, right)| Act::ChangePassword { word, session, right }),
    ]
}

fn shown() -> impl Strategy<Value = Shown> {
    prop_oneof![
        4 => code().prop_map(Shown::Code),
        2 => key().prop_map(Shown::Key),
        2 => any::<bool>().prop_map(Shown::Password),
    ]
}

fn setting_up() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => (word(), pick()).prop_map(|(word, session)| Act::StartSetUp { word, session }),
        2 => (word(), pick(), pick(), code())
            .prop_map(|(word, session, enrolment, code)| Act::ConfirmSetUp { word, session, enrolment, code }),
        2 => (word(), pick(), pick(), 0..4 * HOUR)
            .prop_map(|(word, session, enrolment, kept)| Act::ExtendSetUp { word, session, enrolment, kept }),
        2 => (word(), pick(), pick(), prop::bool::weighted(0.7))
            .prop_map(|(word, session, enrolment, right)| Act::PrepareSetUp { word, session, enrolment, right }),
        2 => (word(), pick(), pick(), prop::bool::weighted(0.7))
            .prop_map(|(word, session, enrolment, right)| Act::AdoptSetUp { word, session, enrolment, right }),
        1 => pick().prop_map(|enrolment| Act::Commit { enrolment }),
    ]
}

fn from_elsewhere() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => any::<bool>().prop_map(|reset| Act::Order { reset }),
        2 => (word(), prop::bool::weighted(0.2)).prop_map(|(word, anyway)| Act::IssueLink { word, anyway }),
        1 => (word(), pick()).prop_map(|(word, link)| Act::Disown { word, link }),
        2 => (word(), pick()).prop_map(|(word, link)| Act::ByLink { word, link }),
        3 => word().prop_map(|word| Act::External { word }),
        3 => word().prop_map(|word| Act::Follow { word }),
        1 => Just(Act::Leave),
    ]
}

fn time() -> impl Strategy<Value = u64> {
    prop_oneof![
        3 => 0..31_u64,
        3 => Just(30_u64),
        2 => 31..300_u64,
        1 => 299..302_u64,
        1 => 899..902_u64,
        2 => HOUR - 1..HOUR + 2,
        2 => DAY - 1..DAY + 2,
        1 => 29 * DAY..30 * DAY + 2,
    ]
}

fn pick() -> impl Strategy<Value = Pick> {
    prop_oneof![6 => Just(0_u8), 2 => 1..4_u8, 1 => any::<u8>()]
}

fn word() -> impl Strategy<Value = Word> {
    prop_oneof![
        20 => Just(Word::Present),
        2 => any::<u8>().prop_map(Word::Earlier),
        1 => Just(Word::OfOtherGeneration),
    ]
}

fn code() -> impl Strategy<Value = Code> {
    prop_oneof![
        4 => Just(Code::AtStep(0)),
        3 => (-3..=3_i8).prop_map(Code::AtStep),
        1 => Just(Code::Again),
        1 => pick().prop_map(Code::OfPhone),
        3 => Just(Code::Wrong),
    ]
}

fn key() -> impl Strategy<Value = Key> {
    prop_oneof![
        5 => (pick(), 1..=10_u8).prop_map(|(sheet, number)| Key::OfSheet(sheet, number)),
        1 => Just(Key::Again),
        2 => Just(Key::Wrong),
    ]
}

/// One of a few, of a bearer or a password that may be gone; a tag of ours is on each.
fn browser() -> impl Strategy<Value = Option<KnownBrowser>> {
    let known = (1..3_u32, 1..4_u32, 0..3_u8).prop_map(|(generation, password_version, id)| KnownBrowser {
        generation: Generation(generation),
        password_version,
        id: BrowserId([id; 8]),
    });
    prop::option::weighted(0.3, known)
}
