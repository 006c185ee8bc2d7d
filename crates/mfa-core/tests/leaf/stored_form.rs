//! How the leaf types stand in stored records: pinned, and read strictly.

use mfa_core::hotp::Algorithm;
use mfa_core::passcode::Digits;
use mfa_core::policy::CODE_LANE;
use mfa_core::throttle::Lane;
use mfa_core::time::{Period, Seconds, TimeStep, Timestamp};
use mfa_core::totp::TotpParameters;
use serde::Serialize;
use serde::de::DeserializeOwned;

fn pinned<T: Serialize + DeserializeOwned + PartialEq + core::fmt::Debug>(value: &T, json: &str) {
    assert_eq!(serde_json::to_string(value).unwrap(), json);
    assert_eq!(&serde_json::from_str::<T>(json).unwrap(), value);
}

fn refused<T: DeserializeOwned>(json: &str) {
    assert!(serde_json::from_str::<T>(json).is_err(), "{json}");
}

#[test]
fn pinned_as_json() {
    pinned(&Timestamp(1_700_000_000), "1700000000");
    pinned(&Timestamp(u64::MAX), "18446744073709551615");
    pinned(&Seconds(30), "30");
    pinned(&TimeStep(57_766_335), "57766335");
    pinned(&Period::THIRTY, "30");
    pinned(&Digits::Eight, "8");
    pinned(&Algorithm::Sha1, "\"SHA1\"");
    pinned(&Algorithm::Sha256, "\"SHA256\"");
    pinned(&Algorithm::Sha512, "\"SHA512\"");
    pinned(&TotpParameters::OURS, r#"{"algorithm":"SHA1","digits":6,"period":30}"#);
}

#[test]
fn nothing_impossible_is_read() {
    for json in ["-1", "1.5", "\"1\"", "null", "18446744073709551616"] {
        refused::<Timestamp>(json);
        refused::<TimeStep>(json);
        refused::<Seconds>(json);
        refused::<Period>(json);
    }
    refused::<Period>("0");
    refused::<Period>("3601");
    refused::<Digits>("5");
    refused::<Digits>("9");
    refused::<Algorithm>("\"sha1\"");
    refused::<Algorithm>("\"MD5\"");
    refused::<TotpParameters>(r#"{"algorithm":"SHA1","digits":6}"#);
    refused::<TotpParameters>(r#"{"algorithm":"SHA1","digits":6,"period":30,"window":9}"#);
}

#[test]
fn a_lane_comes_back_with_every_failure_and_never_with_fewer() {
    let mut lane = Lane::default();
    pinned(&lane, r#"{"consecutive":0,"last_failure":0,"budgeted":[]}"#);
    lane.charge(&CODE_LANE, Timestamp(1000));
    lane.charge(&CODE_LANE, Timestamp(1030));
    lane.succeed();
    pinned(&lane, r#"{"consecutive":0,"last_failure":1030,"budgeted":[1000,1030]}"#);
    refused::<Lane>("{}");
    refused::<Lane>("null");
    refused::<Lane>(r#"{"last_failure":0,"budgeted":[]}"#);
    refused::<Lane>(r#"{"consecutive":0,"last_failure":0}"#);
    refused::<Lane>(r#"{"consecutive":-1,"last_failure":0,"budgeted":[]}"#);
    refused::<Lane>(r#"{"consecutive":0,"last_failure":0,"budgeted":[],"cleared":true}"#);
}
