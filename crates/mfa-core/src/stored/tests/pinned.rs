//! What is on disk today must be read tomorrow: literal records, written and read back to the letter.

use std::string::String;
use std::vec::Vec;

use super::super::StoredMember;
use crate::hotp::Algorithm;
use crate::member::authorization::{Authorization, Reliance};
use crate::member::link::PasswordLink;
use crate::member::page::{Confirmation, Page};
use crate::member::state::{
    Authenticator, Bearer, Departed, Enrolment, EnrolmentStage, Expected, Factor, GuessingBrowser, Joined, OlderSet,
    OwedEnrolment, PendingFailure, PendingSignIn, ProofKind, RecoverySet, RememberedDevice, Renewal, Session, SetUp,
    SetUpStage, StoredRecoveryKey,
};
use crate::member::{
    BrowserId, DeviceId, DeviceLabel, Duty, EnrolmentId, Generation, GuardedSecret, LinkPurpose, Member, Methods,
    NewRecoveryKeys, PageWish, PasswordVerifier, Proven, ProvenBy, RecoveryKeyUse, Revoked, SessionId, State,
    TokenDigest, Wiped, Wish,
};
use crate::passcode::Digits;
use crate::recovery::RecoveryDigest;
use crate::tenant::Epoch;
use crate::tenant::application::{ApplicationId, ReturnAddress};
use crate::tenant::directory::Orders;
use crate::throttle::Lane;
use crate::time::{Period, TimeStep, Timestamp};
use crate::totp::TotpParameters;

#[test]
fn a_full_record_is_written_and_read_to_the_letter() {
    agree(&full(), FULL);
}

#[test]
fn a_vacant_record_is_written_and_read_to_the_letter() {
    agree(&Member::vacant(), VACANT);
    agree(&Member { strangers: lane(3), bearer: Bearer::Nobody }, STRANGERS_ONLY);
}

#[test]
fn somebody_who_has_left_is_written_and_read_to_the_letter() {
    let revoked = Revoked { up_to: at(83), sessions: Vec::from([(SessionId([81; 16]), at(84))]) };
    let departed = Departed { generation: Generation(3), epoch: Epoch(4), password_version: 6, revoked };
    agree(&Member { strangers: lane(3), bearer: Bearer::Left(departed) }, LEFT);
}

#[test]
fn somebody_expected_is_written_and_read_to_the_letter() {
    let before = Departed { generation: Generation(2), epoch: Epoch(3), password_version: 5, ..Departed::default() };
    let parameters = TotpParameters {
        algorithm: Algorithm::Sha256,
        digits: Digits::Eight,
        period: Period::from_seconds(60).unwrap(),
    };
    let secret = sealed("sealed elsewhere");
    let expected = Expected { generation: Generation(3), epoch: Epoch(4), secret, parameters, at: at(85), before };
    agree(&Member { strangers: lane(3), bearer: Bearer::Expected(expected) }, EXPECTED);
}

#[test]
fn an_authenticator_without_recovery_keys_is_written_as_set_0_and_no_other_set_is_empty() {
    let mut member = full();
    let Factor::Bound(authenticator) = &mut member.joined_mut().unwrap().factor else { panic!("nothing bound") };
    authenticator.recovery = RecoverySet::NONE;
    let (start, rest) = FULL.split_once(r#""set":10,"keys":["#).unwrap();
    let (_, end) = rest.split_once(']').unwrap();
    agree(&member, &std::format!(r#"{start}"set":0,"keys":[]{end}"#));
    let lost = std::format!(r#"{start}"set":10,"keys":[]{end}"#);
    let lost: StoredMember = serde_json::from_str(&lost).unwrap();
    assert!(Member::try_from(lost).is_err(), "a set that has lost its keys");
}

#[test]
fn the_first_stage_of_a_set_up_is_written_and_read_to_the_letter() {
    let mut member = full();
    let joined = member.joined_mut().unwrap();
    let enrolment = joined.enrolment.clone().unwrap().enrolment;
    joined.set_up.as_mut().unwrap().stage = SetUpStage::Enrolling(enrolment);
    let (start, rest) = FULL.split_once(r#""stage":{"ready":"#).unwrap();
    let (_, end) = rest.split_once(r#"}}},"renewal""#).unwrap();
    let (_, rest) = FULL.split_once(r#""enrolment":{"id":"#).unwrap();
    let (enrolment, _) = rest.split_once(r#"},"set_up""#).unwrap();
    agree(&member, &std::format!(r#"{start}"stage":{{"enrolling":{{"id":{enrolment}}}}},"renewal"{end}"#));
}

#[test]
fn what_is_not_there_is_written_as_null() {
    let mut member = full();
    let joined = member.joined_mut().unwrap();
    (joined.password, joined.factor, joined.enrolment) = (None, Factor::None, None);
    (joined.set_up, joined.renewal, joined.older_set) = (None, None, None);
    (joined.last_sign_in_at, joined.wiped) = (None, None);
    let text = serde_json::to_string(&StoredMember::try_from(&member).unwrap()).unwrap();
    for field in
        ["password", "authenticator", "enrolment", "set_up", "renewal", "older_set", "last_sign_in_at", "wiped"]
    {
        assert!(text.contains(&std::format!(r#""{field}":null"#)), "{field}");
    }
    agree(&member, &text);
}

#[test]
fn the_first_stage_of_an_enrolment_is_written_and_read_to_the_letter() {
    let mut member = full();
    let joined = member.joined_mut().unwrap();
    joined.factor = Factor::None;
    joined.enrolment.as_mut().unwrap().enrolment.stage = EnrolmentStage::Code { wrong_codes: 4 };
    let (start, rest) = FULL.split_once(r#""authenticator":{"#).unwrap();
    let (_, rest) = rest.split_once(r#","codes":"#).unwrap();
    let (middle, rest) = rest.split_once(r#""stage":{"#).unwrap();
    let (_, end) = rest.split_once("}}}").unwrap();
    let stage = r#"{"code":{"wrong_codes":4}}"#;
    agree(&member, &std::format!(r#"{start}"authenticator":null,"codes":{middle}"stage":{stage}{end}"#));
}

/// The literal that every change of the stored form must face. A new form is a new version: this one stays readable.
pub(super) const FULL: &str = concat!(
    r#"{"version":"1","#,
    r#""strangers":{"consecutive":2,"last_failure":1800000102,"budgeted":[]},"#,
    r#""bearer":{"joined":{"generation":3,"epoch":4,"orders":{"resets":1,"sign_outs":2},"restored_at":1700000300,"#,
    r#""password":{"scheme":"argon2id:1","output":"0505050505050505050505050505050505050505050505050505050505050505","#,
    r#""stands_alone":true},"#,
    r#""password_version":6,"password_burnt":true,"links":["#,
    r#"{"token":"6060606060606060606060606060606060606060606060606060606060606060","purpose":"forgotten","#,
    r#""expires_at":1800000097},"#,
    r#"{"token":"6161616161616161616161616161616161616161616161616161616161616161","purpose":"burnt","#,
    r#""expires_at":1800000098}],"#,
    r#""authenticator":{"sealed_secret":"sealed authenticator","#,
    r#""parameters":{"algorithm":"SHA1","digits":6,"period":30},"last_step":60000007,"drift":-1,"#,
    r#""enrolled_at":1800000008,"locked_at":1800000009,"set":10,"keys":["#,
    r#"{"digest":"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b","spent_at":1800000010},"#,
    r#"{"digest":"0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c","spent_at":null},"#,
    r#"{"digest":"0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d","spent_at":null},"#,
    r#"{"digest":"0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e","spent_at":null},"#,
    r#"{"digest":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","spent_at":null},"#,
    r#"{"digest":"1010101010101010101010101010101010101010101010101010101010101010","spent_at":null},"#,
    r#"{"digest":"1111111111111111111111111111111111111111111111111111111111111111","spent_at":null},"#,
    r#"{"digest":"1212121212121212121212121212121212121212121212121212121212121212","spent_at":null},"#,
    r#"{"digest":"1313131313131313131313131313131313131313131313131313131313131313","spent_at":null},"#,
    r#"{"digest":"1414141414141414141414141414141414141414141414141414141414141414","spent_at":null}]},"#,
    r#""codes":{"consecutive":20,"last_failure":1800000120,"budgeted":[1800000119,1800000120]},"#,
    r#""recovery_keys":{"consecutive":21,"last_failure":1800000121,"budgeted":[1800000120,1800000121]},"#,
    r#""enrolment":{"pending":"1717171717171717171717171717171717171717171717171717171717171717","#,
    r#""enrolment":{"id":"16161616161616161616161616161616","#,
    r#""sealed_secret":"sealed enrolment","expires_at":1800000024,"#,
    r#""stage":{"proof":{"step":60000025,"drift":1,"keys":{"digests":["#,
    r#""2020202020202020202020202020202020202020202020202020202020202020","#,
    r#""2121212121212121212121212121212121212121212121212121212121212121","#,
    r#""2222222222222222222222222222222222222222222222222222222222222222","#,
    r#""2323232323232323232323232323232323232323232323232323232323232323","#,
    r#""2424242424242424242424242424242424242424242424242424242424242424","#,
    r#""2525252525252525252525252525252525252525252525252525252525252525","#,
    r#""2626262626262626262626262626262626262626262626262626262626262626","#,
    r#""2727272727272727272727272727272727272727272727272727272727272727","#,
    r#""2828282828282828282828282828282828282828282828282828282828282828","#,
    r#""2929292929292929292929292929292929292929292929292929292929292929"],"#,
    r#""proof_number":10,"proof":"2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a"}}}}},"#,
    r#""set_up":{"epoch":9,"session":"50505050505050505050505050505050","stage":{"ready":{"#,
    r#""id":"1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b","#,
    r#""proof":"2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c","#,
    r#""authenticator":{"sealed_secret":"sealed set-up","#,
    r#""parameters":{"algorithm":"SHA1","digits":6,"period":30},"last_step":60000028,"drift":0,"#,
    r#""enrolled_at":1800000029,"locked_at":null,"set":11,"keys":["#,
    r#"{"digest":"7070707070707070707070707070707070707070707070707070707070707070","spent_at":null},"#,
    r#"{"digest":"7171717171717171717171717171717171717171717171717171717171717171","spent_at":null},"#,
    r#"{"digest":"7272727272727272727272727272727272727272727272727272727272727272","spent_at":null},"#,
    r#"{"digest":"7373737373737373737373737373737373737373737373737373737373737373","spent_at":null},"#,
    r#"{"digest":"7474747474747474747474747474747474747474747474747474747474747474","spent_at":null},"#,
    r#"{"digest":"7575757575757575757575757575757575757575757575757575757575757575","spent_at":null},"#,
    r#"{"digest":"7676767676767676767676767676767676767676767676767676767676767676","spent_at":null},"#,
    r#"{"digest":"7777777777777777777777777777777777777777777777777777777777777777","spent_at":null},"#,
    r#"{"digest":"7878787878787878787878787878787878787878787878787878787878787878","spent_at":null},"#,
    r#"{"digest":"7979797979797979797979797979797979797979797979797979797979797979","spent_at":null}]},"#,
    r#""expires_at":1800000030}}},"#,
    r#""renewal":{"session":"50505050505050505050505050505050","keys":{"digests":["#,
    r#""2020202020202020202020202020202020202020202020202020202020202020","#,
    r#""2121212121212121212121212121212121212121212121212121212121212121","#,
    r#""2222222222222222222222222222222222222222222222222222222222222222","#,
    r#""2323232323232323232323232323232323232323232323232323232323232323","#,
    r#""2424242424242424242424242424242424242424242424242424242424242424","#,
    r#""2525252525252525252525252525252525252525252525252525252525252525","#,
    r#""2626262626262626262626262626262626262626262626262626262626262626","#,
    r#""2727272727272727272727272727272727272727272727272727272727272727","#,
    r#""2828282828282828282828282828282828282828282828282828282828282828","#,
    r#""2929292929292929292929292929292929292929292929292929292929292929"],"#,
    r#""proof_number":1,"proof":"2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b"},"#,
    r#""expires_at":1800000031},"#,
    r#""older_set":{"set":9,"digests":["#,
    r#""2020202020202020202020202020202020202020202020202020202020202020","#,
    r#""2121212121212121212121212121212121212121212121212121212121212121","#,
    r#""2222222222222222222222222222222222222222222222222222222222222222","#,
    r#""2323232323232323232323232323232323232323232323232323232323232323","#,
    r#""2424242424242424242424242424242424242424242424242424242424242424","#,
    r#""2525252525252525252525252525252525252525252525252525252525252525","#,
    r#""2626262626262626262626262626262626262626262626262626262626262626","#,
    r#""2727272727272727272727272727272727272727272727272727272727272727","#,
    r#""2828282828282828282828282828282828282828282828282828282828282828","#,
    r#""2929292929292929292929292929292929292929292929292929292929292929"]},"#,
    r#""pending":["#,
    r#"{"token":"3030303030303030303030303030303030303030303030303030303030303030","#,
    r#""created_at":1800000048,"expires_at":1800000049,"duty":"code","#,
    r#""methods":{"password":true,"code":false,"recovery_key":false,"device":false,"external":false},"#,
    r#""proven":null,"failures":[{"kind":"code","at":1800000050},{"kind":"recovery-key","at":1800000051}],"#,
    r#""refusals":2,"voucher":null,"page":null},"#,
    r#"{"token":"3131313131313131313131313131313131313131313131313131313131313131","#,
    r#""created_at":1800000049,"expires_at":1800000050,"duty":"enrol","#,
    r#""methods":{"password":true,"code":false,"recovery_key":true,"device":false,"external":false},"#,
    r#""proven":{"at":1800000049,"by":"recovery-key"},"failures":[],"refusals":0,"#,
    r#""voucher":"app-5353535353535353","#,
    r#""page":{"token":"5555555555555555555555555555555555555555555555555555555555555555","is_open":true,"#,
    r#""has_paid":true,"#,
    r#""wish":{"return_to":"https://shop.example/back","state":"s-1","devices":true}}},"#,
    r#"{"token":"3232323232323232323232323232323232323232323232323232323232323232","#,
    r#""created_at":1800000050,"expires_at":1800000051,"duty":"new-password","#,
    r#""methods":{"password":true,"code":false,"recovery_key":true,"device":false,"external":false},"#,
    r#""proven":{"at":1800000050,"by":"recovery-key"},"failures":[],"refusals":0,"voucher":null,"page":null}],"#,
    r#""devices":[{"id":"4040404040404040","#,
    r#""token":"4141414141414141414141414141414141414141414141414141414141414141","#,
    r#""until":1800000066,"remembered_at":1800000065,"last_used_at":1800000067,"label":"Firefox, Linux","#,
    r#""passwords":{"consecutive":5,"last_failure":1800000105,"budgeted":[]}}],"#,
    r#""browsers":[{"id":"4545454545454545","#,
    r#""passwords":{"consecutive":6,"last_failure":1800000106,"budgeted":[]}}],"#,
    r#""sessions":[{"id":"50505050505050505050505050505050","started_at":1800000081,"ends_at":1800000082,"#,
    r#""methods":{"password":true,"code":false,"recovery_key":false,"device":true,"external":false},"#,
    r#""proven":{"at":1800000085,"by":"code"},"failures":2}],"#,
    r#""revoked":{"up_to":1800000083,"sessions":[["51515151515151515151515151515151",1800000084]]},"#,
    r#""authorizations":[{"code":"5252525252525252525252525252525252525252525252525252525252525252","#,
    r#""application":"app-5353535353535353","#,
    r#""binding":"5454545454545454545454545454545454545454545454545454545454545454","#,
    r#""session":"50505050505050505050505050505050","wish":{"nonce":"n-0S6","profile":true},"#,
    r#""authenticated_at":1800000087,"#,
    r#""methods":{"password":true,"code":true,"recovery_key":false,"device":false,"external":false},"#,
    r#""expires_at":1800000088,"redeemed":true}],"#,
    r#""confirmations":[{"pending":"5656565656565656565656565656565656565656565656565656565656565656","#,
    r#""reference":"5757575757575757575757575757575757575757575757575757575757575757","#,
    r#""application":"app-5353535353535353","id":"58585858585858585858585858585858","at":1800000089,"#,
    r#""methods":{"password":false,"code":false,"recovery_key":true,"device":false,"external":false},"#,
    r#""recovery":{"set":7,"number":3,"left":6},"expires_at":1800000090,"redeemed":true}],"#,
    r#""reliances":[{"session":"50505050505050505050505050505050","application":"app-5353535353535353"}],"#,
    r#""newest_set":10,"last_sign_in_at":1800000086,"#,
    r#""wiped":{"epoch":4,"erased":{"authenticators":1,"recovery_keys":20,"devices":3,"sessions":2}}}}}"#,
);

const VACANT: &str =
    r#"{"version":"1","strangers":{"consecutive":0,"last_failure":0,"budgeted":[]},"bearer":"nobody"}"#;

const STRANGERS_ONLY: &str =
    r#"{"version":"1","strangers":{"consecutive":3,"last_failure":1800000103,"budgeted":[]},"bearer":"nobody"}"#;

const EXPECTED: &str = concat!(
    r#"{"version":"1","strangers":{"consecutive":3,"last_failure":1800000103,"budgeted":[]},"#,
    r#""bearer":{"expected":{"generation":3,"epoch":4,"sealed_secret":"sealed elsewhere","#,
    r#""parameters":{"algorithm":"SHA256","digits":8,"period":60},"at":1800000085,"before":{"generation":2,"#,
    r#""epoch":3,"password_version":5,"revoked":{"up_to":0,"sessions":[]}}}}}"#,
);

const LEFT: &str = concat!(
    r#"{"version":"1","strangers":{"consecutive":3,"last_failure":1800000103,"budgeted":[]},"#,
    r#""bearer":{"left":{"generation":3,"epoch":4,"password_version":6,"#,
    r#""revoked":{"up_to":1800000083,"sessions":[["51515151515151515151515151515151",1800000084]]}}}}"#,
);

fn agree(member: &Member, text: &str) {
    let stored = StoredMember::try_from(member).unwrap();
    assert_eq!(serde_json::to_string(&stored).unwrap(), text);
    assert_eq!(Member::try_from(serde_json::from_str::<StoredMember>(text).unwrap()).unwrap(), *member);
}

/// One of everything, each number another.
fn full() -> Member {
    let joined = Joined {
        generation: Generation(3),
        epoch: Epoch(4),
        orders: Orders { resets: 1, sign_outs: 2 },
        restored_at: Timestamp(1_700_000_300),
        password: Some(PasswordVerifier { scheme: "argon2id:1".into(), output: [5; 32], stands_alone: true }),
        password_version: 6,
        password_burnt: true,
        links: [(96, LinkPurpose::Forgotten), (97, LinkPurpose::Burnt)]
            .map(|(byte, purpose)| PasswordLink {
                token: TokenDigest([byte; 32]),
                purpose,
                expires_at: at(u64::from(byte) + 1),
            })
            .to_vec(),
        factor: Factor::Bound(Authenticator {
            secret: sealed("sealed authenticator"),
            parameters: TotpParameters {
                algorithm: Algorithm::Sha1,
                digits: Digits::Six,
                period: Period::from_seconds(30).unwrap(),
            },
            last_step: TimeStep(60_000_007),
            drift: -1,
            enrolled_at: at(8),
            locked_at: Some(at(9)),
            recovery: RecoverySet {
                number: 10,
                keys: [11, 12, 13, 14, 15, 16, 17, 18, 19, 20]
                    .map(|byte| StoredRecoveryKey { digest: digest(byte), spent_at: (byte == 11).then_some(at(10)) })
                    .into(),
            },
        }),
        codes: Lane { budgeted: [at(119), at(120)].into(), ..lane(20) },
        recovery_keys: Lane { budgeted: [at(120), at(121)].into(), ..lane(21) },
        enrolment: Some(OwedEnrolment {
            pending: TokenDigest([23; 32]),
            enrolment: Enrolment {
                id: EnrolmentId([22; 16]),
                secret: sealed("sealed enrolment"),
                expires_at: at(24),
                stage: EnrolmentStage::Proof { step: TimeStep(60_000_025), drift: 1, keys: new_keys(10, 42) },
            },
        }),
        set_up: Some(SetUp {
            epoch: Epoch(9),
            session: SessionId([80; 16]),
            stage: SetUpStage::Ready {
                id: EnrolmentId([27; 16]),
                proof: digest(44),
                authenticator: Authenticator {
                    secret: sealed("sealed set-up"),
                    parameters: TotpParameters::OURS,
                    last_step: TimeStep(60_000_028),
                    drift: 0,
                    enrolled_at: at(29),
                    locked_at: None,
                    recovery: RecoverySet::new(11, [112, 113, 114, 115, 116, 117, 118, 119, 120, 121].map(digest)),
                },
                expires_at: at(30),
            },
        }),
        renewal: Some(Renewal { session: SessionId([80; 16]), keys: new_keys(1, 43), expires_at: at(31) }),
        older_set: Some(OlderSet { number: 9, digests: new_keys(1, 43).digests }),
        pending: pending(),
        devices: Vec::from([RememberedDevice {
            id: DeviceId([64; 8]),
            token: TokenDigest([65; 32]),
            until: at(66),
            remembered_at: at(65),
            last_used_at: at(67),
            label: DeviceLabel("Firefox, Linux".into()),
            passwords: lane(5),
        }]),
        browsers: Vec::from([GuessingBrowser { id: BrowserId([69; 8]), passwords: lane(6) }]),
        sessions: Vec::from([Session {
            id: SessionId([80; 16]),
            started_at: at(81),
            ends_at: at(82),
            methods: Methods { password: true, device: true, ..Methods::default() },
            proven: Some(Proven { at: at(85), by: ProvenBy::Code }),
            failures: 2,
        }]),
        revoked: Revoked { up_to: at(83), sessions: Vec::from([(SessionId([81; 16]), at(84))]) },
        newest_set: 10,
        last_sign_in_at: Some(at(86)),
        authorizations: Vec::from([Authorization {
            code: TokenDigest([0x52; 32]),
            application: ApplicationId([0x53; 8]),
            binding: [0x54; 32],
            session: SessionId([80; 16]),
            wish: Wish { nonce: Some(String::from("n-0S6")), profile: true },
            authenticated_at: at(87),
            methods: Methods { password: true, code: true, ..Methods::default() },
            expires_at: at(88),
            redeemed: true,
        }]),
        confirmations: Vec::from([Confirmation {
            pending: TokenDigest([0x56; 32]),
            reference: TokenDigest([0x57; 32]),
            application: ApplicationId([0x53; 8]),
            id: SessionId([0x58; 16]),
            at: at(89),
            methods: Methods { recovery_key: true, ..Methods::default() },
            recovery: Some(RecoveryKeyUse { set: 7, number: 3, left: 6 }),
            expires_at: at(90),
            redeemed: true,
        }]),
        reliances: Vec::from([Reliance { session: SessionId([80; 16]), application: ApplicationId([0x53; 8]) }]),
        wiped: Some((Epoch(4), Wiped { authenticators: 1, recovery_keys: 20, devices: 3, sessions: 2 })),
    };
    Member { strangers: lane(2), bearer: Bearer::Joined(joined.into()) }
}

fn pending() -> Vec<PendingSignIn> {
    let failures = [(ProofKind::Code, 50), (ProofKind::RecoveryKey, 51)]
        .map(|(kind, second)| PendingFailure { kind, at: at(second) });
    [(Duty::Code, failures.to_vec()), (Duty::Enrol, Vec::new()), (Duty::NewPassword, Vec::new())]
        .into_iter()
        .zip(48..)
        .map(|((duty, failures), number): (_, u8)| PendingSignIn {
            token: TokenDigest([number; 32]),
            created_at: at(number.into()),
            expires_at: at(u64::from(number) + 1),
            duty,
            methods: Methods { password: true, recovery_key: duty != Duty::Code, ..Methods::default() },
            proven: (duty != Duty::Code).then(|| Proven { at: at(number.into()), by: ProvenBy::RecoveryKey }),
            failures,
            refusals: if duty == Duty::Code { 2 } else { 0 },
            voucher: (duty == Duty::Enrol).then_some(ApplicationId([0x53; 8])),
            page: (duty == Duty::Enrol).then(page),
        })
        .collect()
}

fn page() -> Page {
    let return_to = ReturnAddress::parse("https://shop.example/back").unwrap();
    let wish = PageWish { return_to, state: State::parse("s-1"), devices: true };
    Page { token: TokenDigest([0x55; 32]), is_open: true, has_paid: true, wish }
}

fn new_keys(proof_number: u8, proof: u8) -> NewRecoveryKeys {
    let digests = [32, 33, 34, 35, 36, 37, 38, 39, 40, 41].map(digest);
    NewRecoveryKeys { digests, proof_number, proof: digest(proof) }
}

fn at(second: u64) -> Timestamp {
    Timestamp(1_800_000_000 + second)
}

fn lane(consecutive: u32) -> Lane {
    Lane { consecutive, last_failure: at(100 + u64::from(consecutive)), budgeted: Vec::new() }
}

fn digest(byte: u8) -> RecoveryDigest {
    RecoveryDigest::from_bytes([byte; 32])
}

fn sealed(text: &str) -> GuardedSecret {
    GuardedSecret::Sealed(String::from(text))
}
