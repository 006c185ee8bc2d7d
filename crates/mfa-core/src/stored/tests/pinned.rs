//! What is on disk today must be read tomorrow: literal records, written and read back to the letter.

use std::string::String;
use std::vec::Vec;

use super::super::StoredMember;
use crate::hotp::Algorithm;
use crate::member::state::{
    Authenticator, Enrolment, EnrolmentStage, Factor, Joined, PendingFailure, PendingSignIn, ProofKind, RecoverySet,
    RememberedDevice, Session, StoredRecoveryKey,
};
use crate::member::{
    DeviceId, Duty, EnrolmentId, Generation, GuardedSecret, Member, Methods, NewRecoveryKeys, PasswordVerifier,
    Revoked, SessionId, TokenDigest,
};
use crate::passcode::Digits;
use crate::recovery::RecoveryDigest;
use crate::tenant::Epoch;
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
    agree(&Member { strangers: lane(3), joined: None }, STRANGERS_ONLY);
}

#[test]
fn the_first_stage_of_an_enrolment_is_written_and_read_to_the_letter() {
    let mut member = full();
    let joined = member.joined.as_deref_mut().unwrap();
    joined.factor = Factor::None;
    joined.enrolment.as_mut().unwrap().stage = EnrolmentStage::Code { wrong_codes: 4 };
    let (start, rest) = FULL.split_once(r#""authenticator":{"#).unwrap();
    let (_, rest) = rest.split_once(r#","codes":"#).unwrap();
    let (middle, rest) = rest.split_once(r#""stage":{"#).unwrap();
    let (_, end) = rest.split_once("}}").unwrap();
    let stage = r#"{"code":{"wrong_codes":4}}"#;
    agree(&member, &std::format!(r#"{start}"authenticator":null,"codes":{middle}"stage":{stage}{end}"#));
}

/// The literal that every change of the stored form must face. A new form is a new version: this one stays readable.
pub(super) const FULL: &str = concat!(
    r#"{"version":"1","#,
    r#""strangers":{"consecutive":2,"last_failure":1800000102,"budgeted":[]},"#,
    r#""joined":{"generation":3,"epoch":4,"#,
    r#""password":{"scheme":"argon2id:1","output":"0505050505050505050505050505050505050505050505050505050505050505","version":6},"#,
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
    r#""enrolment":{"id":"16161616161616161616161616161616","#,
    r#""pending":"1717171717171717171717171717171717171717171717171717171717171717","#,
    r#""sealed_secret":"sealed enrolment","expires_at":1800000024,"#,
    r#""stage":{"proof":{"step":60000025,"drift":1,"digests":["#,
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
    r#""proof_number":10,"proof":"2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a"}}},"#,
    r#""pending":["#,
    r#"{"token":"3030303030303030303030303030303030303030303030303030303030303030","#,
    r#""created_at":1800000048,"expires_at":1800000049,"duty":"code","#,
    r#""methods":{"password":true,"code":false,"recovery_key":false,"device":false},"#,
    r#""failures":[{"kind":"code","at":1800000050},{"kind":"recovery-key","at":1800000051}]},"#,
    r#"{"token":"3131313131313131313131313131313131313131313131313131313131313131","#,
    r#""created_at":1800000049,"expires_at":1800000050,"duty":"enrol","#,
    r#""methods":{"password":true,"code":false,"recovery_key":true,"device":false},"failures":[]},"#,
    r#"{"token":"3232323232323232323232323232323232323232323232323232323232323232","#,
    r#""created_at":1800000050,"expires_at":1800000051,"duty":"new-password","#,
    r#""methods":{"password":true,"code":false,"recovery_key":true,"device":false},"failures":[]}],"#,
    r#""devices":[{"id":"4040404040404040","#,
    r#""token":"4141414141414141414141414141414141414141414141414141414141414141","#,
    r#""until":1800000066,"last_used_at":1800000067,"#,
    r#""passwords":{"consecutive":5,"last_failure":1800000105,"budgeted":[]}}],"#,
    r#""sessions":[{"id":"50505050505050505050505050505050","started_at":1800000081,"ends_at":1800000082,"#,
    r#""methods":{"password":true,"code":false,"recovery_key":false,"device":true}}],"#,
    r#""revoked":{"up_to":1800000083,"sessions":[["51515151515151515151515151515151",1800000084]]},"#,
    r#""newest_set":10}}"#,
);

const VACANT: &str = r#"{"version":"1","strangers":{"consecutive":0,"last_failure":0,"budgeted":[]},"joined":null}"#;

const STRANGERS_ONLY: &str =
    r#"{"version":"1","strangers":{"consecutive":3,"last_failure":1800000103,"budgeted":[]},"joined":null}"#;

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
        password: PasswordVerifier { scheme: "argon2id:1".into(), output: [5; 32], version: 6 },
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
                    .map(|byte| StoredRecoveryKey { digest: digest(byte), spent_at: (byte == 11).then_some(at(10)) }),
            },
        }),
        codes: Lane { budgeted: [at(119), at(120)].into(), ..lane(20) },
        recovery_keys: Lane { budgeted: [at(120), at(121)].into(), ..lane(21) },
        enrolment: Some(Enrolment {
            id: EnrolmentId([22; 16]),
            pending: TokenDigest([23; 32]),
            secret: sealed("sealed enrolment"),
            expires_at: at(24),
            stage: EnrolmentStage::Proof {
                step: TimeStep(60_000_025),
                drift: 1,
                keys: NewRecoveryKeys {
                    digests: [32, 33, 34, 35, 36, 37, 38, 39, 40, 41].map(digest),
                    proof_number: 10,
                    proof: digest(42),
                },
            },
        }),
        pending: pending(),
        devices: Vec::from([RememberedDevice {
            id: DeviceId([64; 8]),
            token: TokenDigest([65; 32]),
            until: at(66),
            last_used_at: at(67),
            passwords: lane(5),
        }]),
        sessions: Vec::from([Session {
            id: SessionId([80; 16]),
            started_at: at(81),
            ends_at: at(82),
            methods: Methods { password: true, device: true, ..Methods::default() },
        }]),
        revoked: Revoked { up_to: at(83), sessions: Vec::from([(SessionId([81; 16]), at(84))]) },
        newest_set: 10,
    };
    Member { strangers: lane(2), joined: Some(joined.into()) }
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
            failures,
        })
        .collect()
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
