//! One member of a tenant as seen from outside, when requests come one at a time.
//!
//! Written from the blueprint's words, not from the core: what a person, her administrators and whoever holds her
//! tokens may be answered. What an operation makes (a pending sign-in, a session, a sheet of keys, a device's token) is
//! called by the operation's own number. Time enters twice: a code is good in its own time
//! step and its two neighbours, and a lane that five failures have closed opens after its wait.
//!
//! Not here, because a plan never gets there: the locked authenticator, the twenty-first pending sign-in or session,
//! the eleventh device, wrong passwords, five wrong codes of an enrolment, and everything that ends by itself after
//! five minutes or more.

use std::collections::BTreeMap;

use crate::checker::{Operation, Specification};
use crate::lane::{CODES, KEYS, Lane};

/// The number of the operation that made something.
pub type Id = usize;

/// A code as every authenticator of the member would read it: whose it is, and of which time steps.
pub type Shown = Vec<(Id, u64)>;

/// Where a proof is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// At a pending sign-in.
    SignIn(Id),
    /// Within a session.
    StepUp(Id),
}

/// What can be asked.
#[derive(Clone, Debug)]
pub enum Call {
    /// The right password, from a device that shows this token or from one that shows none.
    Password {
        device: Option<(Id, Id)>,
    },
    Code {
        door: Door,
        shown: Shown,
        remember: bool,
    },
    /// The key of this number, from 0, of a sheet.
    Key {
        door: Door,
        sheet: Id,
        number: u8,
    },
    EnrolStart {
        pending: Id,
    },
    EnrolConfirm {
        pending: Id,
        start: Id,
        shown: Shown,
    },
    EnrolComplete {
        pending: Id,
        start: Id,
        sheet: Id,
    },
    RenewStart {
        session: Id,
    },
    RenewComplete {
        session: Id,
        sheet: Id,
    },
    SelfReset {
        session: Id,
    },
    Look {
        session: Id,
    },
    /// By an administrator who signed in after so many turns of the tenant.
    AdminReset {
        turns: u32,
    },
    SwitchOff {
        turns: u32,
    },
    SwitchOn {
        turns: u32,
    },
}

/// What can be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    OwesCode,
    OwesEnrolment,
    InByPassword,
    InByDevice,
    InByCode,
    InByKey {
        left: u32,
    },
    Done,
    /// The profile: keys left, if an authenticator is bound; devices; sessions.
    Seen {
        left: Option<u32>,
        devices: usize,
        sessions: usize,
    },
    CodeRefused,
    KeyRefused,
    OlderSet,
    Throttled,
    /// Refused before anything was judged, for whatever reason.
    No,
    /// Something that this specification does not know.
    Unforeseen(String),
}

/// The member, and of her tenant what concerns her.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    /// How often the tenant was switched off or on. MFA is on when it is even.
    turns: u32,
    authenticator: Option<Authenticator>,
    /// The sheet that the present one replaced.
    older: Option<Id>,
    enrolment: Option<Enrolment>,
    /// The session that was shown a new sheet, and the sheet.
    renewal: Option<(Id, Id)>,
    codes: Lane,
    keys: Lane,
    pending: BTreeMap<Id, Pending>,
    /// The one good token of each device.
    devices: BTreeMap<Id, Id>,
    sessions: BTreeMap<Id, Session>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Authenticator {
    secret: Id,
    last_step: u64,
    sheet: Id,
    /// One bit for each key.
    spent: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Enrolment {
    pending: Id,
    start: Id,
    /// Once confirmed: the step of the code and the sheet that was shown.
    confirmed: Option<(u64, Id)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Pending {
    owes_code: bool,
    /// Wrong codes and wrong keys, which a success gives back.
    wrong: (u32, u32),
    /// What was right once. Nothing of this is given back.
    replayed: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Session {
    proven: bool,
    failures: u32,
}

/// A door closes after so many refusals of any kind.
const FAILURES: u32 = 5;

/// Seconds of a time step.
const PERIOD: u64 = 30;

/// How a proof was judged.
enum Judged {
    Right,
    /// Right once, or of the sheet before: no guess, so no lane hears of it.
    Stale,
    Wrong,
}

type Outcomes = Vec<(Said, Member)>;

impl Specification for Member {
    type State = Member;
    type Call = Call;
    type Answer = Said;

    fn outcomes(state: &Member, operation: &Operation<Member>) -> Outcomes {
        let (id, between) = (operation.id, operation.between);
        let one = |outcome| vec![outcome];
        match &operation.call {
            Call::Password { device } => one(state.password(id, *device)),
            Call::Code { door, shown, remember } => state.code(id, *door, shown, *remember, between),
            Call::Key { door, sheet, number } => state.key(id, *door, *sheet, *number, between),
            Call::EnrolStart { pending } => one(state.enrol_start(id, *pending)),
            Call::EnrolConfirm { pending, start, shown } => state.enrol_confirm(id, *pending, *start, shown, between),
            Call::EnrolComplete { pending, start, sheet } => one(state.enrol_complete(id, *pending, *start, *sheet)),
            Call::RenewStart { session } => one(state.renew_start(id, *session)),
            Call::RenewComplete { session, sheet } => one(state.renew_complete(*session, *sheet)),
            Call::SelfReset { session } => one(state.if_so(state.may_act(*session), Member::reset)),
            Call::Look { session } => one((state.seen(*session), state.clone())),
            Call::AdminReset { turns } => one(state.if_so(state.is_on() && state.turns == *turns, Member::reset)),
            Call::SwitchOff { turns } => one(state.if_so(state.is_on() && state.turns == *turns, Member::turn)),
            Call::SwitchOn { turns } => one(state.if_so(!state.is_on() && state.turns == *turns, Member::turn)),
        }
    }

    fn changes_nothing(answer: &Said) -> bool {
        matches!(answer, Said::No | Said::Throttled | Said::Seen { .. })
    }
}

impl Member {
    /// Somebody who has accepted her invitation.
    pub fn joined() -> Member {
        Member {
            turns: 0,
            authenticator: None,
            older: None,
            enrolment: None,
            renewal: None,
            codes: Lane::default(),
            keys: Lane::default(),
            pending: BTreeMap::new(),
            devices: BTreeMap::new(),
            sessions: BTreeMap::new(),
        }
    }

    fn is_on(&self) -> bool {
        self.turns.is_multiple_of(2)
    }

    /// Something that is done as a whole or refused as a whole.
    fn if_so(&self, may: bool, change: impl FnOnce(&mut Member)) -> (Said, Member) {
        let mut after = self.clone();
        if may {
            change(&mut after);
        }
        (if may { Said::Done } else { Said::No }, after)
    }

    fn password(&self, id: Id, device: Option<(Id, Id)>) -> (Said, Member) {
        let mut after = self.clone();
        if !self.is_on() {
            after.sessions.insert(id, Session { proven: true, failures: 0 });
            return (Said::InByPassword, after);
        }
        if let Some((device, token)) = device
            && let Some(good) = self.devices.get(&device)
        {
            if *good == token {
                after.devices.insert(device, id);
                after.sessions.insert(id, Session { proven: false, failures: 0 });
                return (Said::InByDevice, after);
            }
            // Two hold what one should.
            after.devices.remove(&device);
        }
        let owes_code = self.authenticator.is_some();
        after.pending.insert(id, Pending { owes_code, wrong: (0, 0), replayed: 0 });
        (if owes_code { Said::OwesCode } else { Said::OwesEnrolment }, after)
    }

    fn code(&self, id: Id, door: Door, shown: &Shown, remember: bool, between: (u64, u64)) -> Outcomes {
        let Some(authenticator) = self.authenticator.as_ref().filter(|_| self.opens(door)) else {
            return vec![(Said::No, self.clone())];
        };
        let mut outcomes = self.throttled(&self.codes, &CODES, between);
        if self.codes.may_be_open(&CODES, between) {
            for found in found(shown, authenticator.secret, between) {
                let mut after = self.clone();
                let judged = match found {
                    None => Judged::Wrong,
                    Some(step) if step <= authenticator.last_step => Judged::Stale,
                    Some(step) => {
                        after.authenticator = Some(Authenticator { last_step: step, ..authenticator.clone() });
                        Judged::Right
                    }
                };
                match judged {
                    Judged::Right => after.codes.succeed(),
                    Judged::Wrong => after.codes.charge(between),
                    Judged::Stale => {}
                }
                let wrong = (u32::from(matches!(judged, Judged::Wrong)), 0);
                outcomes.push(match judged {
                    Judged::Right => (after.enter(id, door, remember, Said::InByCode), after),
                    Judged::Stale | Judged::Wrong => {
                        after.refuse_at(door, wrong);
                        (Said::CodeRefused, after)
                    }
                });
            }
        }
        outcomes
    }

    fn key(&self, id: Id, door: Door, sheet: Id, number: u8, between: (u64, u64)) -> Outcomes {
        let Some(authenticator) = self.authenticator.as_ref().filter(|_| self.opens(door)) else {
            return vec![(Said::No, self.clone())];
        };
        let mut outcomes = self.throttled(&self.keys, &KEYS, between);
        if self.keys.may_be_open(&KEYS, between) {
            let mut after = self.clone();
            let key = 1 << number;
            outcomes.push(if sheet == authenticator.sheet && authenticator.spent & key == 0 {
                let spent = authenticator.spent | key;
                after.authenticator = Some(Authenticator { spent, ..authenticator.clone() });
                after.keys.succeed();
                let left = 10 - spent.count_ones();
                (after.enter(id, door, false, Said::InByKey { left }), after)
            } else if sheet == authenticator.sheet {
                after.refuse_at(door, (0, 0));
                (Said::KeyRefused, after)
            } else if self.older == Some(sheet) {
                after.refuse_at(door, (0, 0));
                (Said::OlderSet, after)
            } else {
                after.keys.charge(between);
                after.refuse_at(door, (0, 1));
                (Said::KeyRefused, after)
            });
        }
        outcomes
    }

    fn throttled(&self, lane: &Lane, policy: &crate::lane::Policy, between: (u64, u64)) -> Outcomes {
        let refused = (Said::Throttled, self.clone());
        lane.may_be_closed(policy, between).then_some(refused).into_iter().collect()
    }

    /// Whether a proof is judged there at all.
    fn opens(&self, door: Door) -> bool {
        match door {
            Door::SignIn(pending) => self.pending.get(&pending).is_some_and(|pending| pending.owes_code),
            Door::StepUp(session) => self.is_on() && self.sessions.contains_key(&session),
        }
    }

    /// A right proof: in, with what failed on the way given back, or proven once more.
    fn enter(&mut self, id: Id, door: Door, remember: bool, said: Said) -> Said {
        match door {
            Door::SignIn(pending) => {
                if let Some(pending) = self.pending.remove(&pending) {
                    self.codes.refund(pending.wrong.0);
                    self.keys.refund(pending.wrong.1);
                }
                if remember {
                    self.devices.insert(id, id);
                }
                self.sessions.insert(id, Session { proven: true, failures: 0 });
                said
            }
            Door::StepUp(session) => {
                self.sessions.insert(session, Session { proven: true, failures: 0 });
                Said::Done
            }
        }
    }

    /// Anything that is refused counts at its door, whatever its lane says.
    fn refuse_at(&mut self, door: Door, wrong: (u32, u32)) {
        match door {
            Door::SignIn(id) => {
                let Some(pending) = self.pending.get_mut(&id) else { return };
                pending.wrong = (pending.wrong.0 + wrong.0, pending.wrong.1 + wrong.1);
                pending.replayed += u32::from(wrong == (0, 0));
                if pending.wrong.0 + pending.wrong.1 + pending.replayed >= FAILURES {
                    self.pending.remove(&id);
                }
            }
            Door::StepUp(id) => {
                let Some(session) = self.sessions.get_mut(&id) else { return };
                session.failures += 1;
                if session.failures >= FAILURES {
                    self.sessions.remove(&id);
                }
            }
        }
    }

    fn owes_enrolment(&self, pending: Id) -> bool {
        self.pending.get(&pending).is_some_and(|pending| !pending.owes_code)
    }

    fn enrol_start(&self, id: Id, pending: Id) -> (Said, Member) {
        self.if_so(self.owes_enrolment(pending), |after| {
            after.enrolment = Some(Enrolment { pending, start: id, confirmed: None });
        })
    }

    /// The enrolment that is spoken of, if it is the latest.
    fn enrolment_of(&self, pending: Id, start: Id) -> Option<&Enrolment> {
        let latest = self.enrolment.as_ref().filter(|it| it.pending == pending && it.start == start);
        latest.filter(|_| self.owes_enrolment(pending))
    }

    fn enrol_confirm(&self, id: Id, pending: Id, start: Id, shown: &Shown, between: (u64, u64)) -> Outcomes {
        let Some(enrolment) = self.enrolment_of(pending, start).filter(|it| it.confirmed.is_none()) else {
            return vec![(Said::No, self.clone())];
        };
        let judged = found(shown, start, between).into_iter().map(|found| {
            let mut after = self.clone();
            after.enrolment = Some(Enrolment { confirmed: found.map(|step| (step, id)), ..enrolment.clone() });
            (if found.is_some() { Said::Done } else { Said::CodeRefused }, after)
        });
        judged.collect()
    }

    fn enrol_complete(&self, id: Id, pending: Id, start: Id, sheet: Id) -> (Said, Member) {
        let confirmed = self.enrolment_of(pending, start).and_then(|enrolment| enrolment.confirmed);
        let Some((last_step, _)) = confirmed.filter(|(_, shown)| *shown == sheet) else {
            return (Said::No, self.clone());
        };
        let mut after = self.clone();
        after.reset();
        after.authenticator = Some(Authenticator { secret: start, last_step, sheet, spent: 0 });
        after.codes.succeed();
        after.keys.succeed();
        after.sessions.insert(id, Session { proven: true, failures: 0 });
        (Said::InByCode, after)
    }

    /// Whether somebody may turn to her own factor from this session.
    fn may_act(&self, session: Id) -> bool {
        self.is_on() && self.sessions.get(&session).is_some_and(|session| session.proven)
    }

    fn renew_start(&self, id: Id, session: Id) -> (Said, Member) {
        self.if_so(self.may_act(session), |after| after.renewal = Some((session, id)))
    }

    fn renew_complete(&self, session: Id, sheet: Id) -> (Said, Member) {
        let is_shown = self.renewal == Some((session, sheet)) && self.sessions.contains_key(&session);
        self.if_so(is_shown, |after| {
            after.renewal = None;
            after.keys.succeed();
            if let Some(authenticator) = &mut after.authenticator {
                after.older = Some(authenticator.sheet);
                (authenticator.sheet, authenticator.spent) = (sheet, 0);
            }
        })
    }

    fn seen(&self, session: Id) -> Said {
        if !self.sessions.contains_key(&session) {
            return Said::No;
        }
        let left = self.authenticator.as_ref().map(|it| 10 - it.spent.count_ones());
        Said::Seen { left, devices: self.devices.len(), sessions: self.sessions.len() }
    }

    /// The factor and everything that was got with it are gone. The budgets stay.
    fn reset(&mut self) {
        self.authenticator = None;
        self.older = None;
        self.enrolment = None;
        self.renewal = None;
        self.pending.clear();
        self.devices.clear();
        self.sessions.clear();
    }

    /// Off or on: a new epoch, which inherits nothing.
    fn turn(&mut self) {
        self.reset();
        self.codes = Lane::default();
        self.keys = Lane::default();
        self.turns += 1;
    }
}

/// The newest step of this secret that the code is right for, at any moment between these two.
fn found(shown: &Shown, secret: Id, between: (u64, u64)) -> Vec<Option<u64>> {
    let at = |now: u64| {
        let steps = shown.iter().filter(|(whose, _)| *whose == secret).map(|(_, step)| *step);
        steps.filter(|step| step.abs_diff(now) <= 1).max()
    };
    let mut found: Vec<_> = (between.0 / PERIOD..=between.1 / PERIOD).map(at).collect();
    found.sort_unstable();
    found.dedup();
    found
}
