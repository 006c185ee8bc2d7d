//! Second opinions: totp-lite (an older HMAC and SHA, other code) and totp-rs
//! must give the same passcode for any secret, time and parameters.

use mfa_core::hotp::Algorithm;
use mfa_core::passcode::Digits;
use mfa_core::secret::Secret;
use mfa_core::time::{Period, TimeStep, Timestamp};
use mfa_core::totp::{TotpParameters, generate};
use proptest::prelude::*;

pub(crate) fn any_parameters() -> impl Strategy<Value = TotpParameters> {
    let algorithm = prop_oneof![Just(Algorithm::Sha1), Just(Algorithm::Sha256), Just(Algorithm::Sha512)];
    let digits = prop_oneof![Just(Digits::Six), Just(Digits::Seven), Just(Digits::Eight)];
    let period = (1..=Period::MAX_SECONDS).prop_map(|seconds| Period::from_seconds(seconds).unwrap());
    (algorithm, digits, period).prop_map(|(algorithm, digits, period)| TotpParameters { algorithm, digits, period })
}

pub(crate) fn any_secret() -> impl Strategy<Value = Secret> {
    any_secret_bytes().prop_map(|bytes| Secret::from_bytes(&bytes).unwrap())
}

fn any_secret_bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), Secret::MIN_BYTES..=Secret::MAX_BYTES)
}

/// As many near times as far ones.
fn any_time() -> impl Strategy<Value = u64> {
    prop_oneof![0..=4_102_444_800_u64, any::<u64>()]
}

fn ours(secret: &[u8], parameters: &TotpParameters, time: u64) -> String {
    let secret = Secret::from_bytes(secret).unwrap();
    let step = TimeStep::at(Timestamp(time), parameters.period);
    generate(&secret, parameters, step).display().to_string()
}

fn by_totp_lite(secret: &[u8], parameters: &TotpParameters, time: u64) -> String {
    let period = parameters.period.seconds();
    let digits = u32::from(parameters.digits.count());
    match parameters.algorithm {
        Algorithm::Sha1 => totp_lite::totp_custom::<totp_lite::Sha1>(period, digits, secret, time),
        Algorithm::Sha256 => totp_lite::totp_custom::<totp_lite::Sha256>(period, digits, secret, time),
        Algorithm::Sha512 => totp_lite::totp_custom::<totp_lite::Sha512>(period, digits, secret, time),
    }
}

fn by_totp_rs(secret: &[u8], parameters: &TotpParameters, time: u64) -> String {
    let algorithm = match parameters.algorithm {
        Algorithm::Sha1 => totp_rs::Algorithm::SHA1,
        Algorithm::Sha256 => totp_rs::Algorithm::SHA256,
        Algorithm::Sha512 => totp_rs::Algorithm::SHA512,
    };
    totp_rs::Builder::new()
        .with_algorithm(algorithm)
        .with_digits(parameters.digits.count())
        .with_step_duration(parameters.period.seconds())
        .with_secret(secret.to_vec())
        // It takes no secret of less than 128 bits otherwise; members bring such secrets along.
        .build_noncompliant()
        .generate(time)
        .to_string()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn three_implementations_agree(
        secret in any_secret_bytes(),
        parameters in any_parameters(),
        time in any_time(),
    ) {
        let ours = ours(&secret, &parameters, time);
        prop_assert_eq!(&ours, &by_totp_lite(&secret, &parameters, time));
        prop_assert_eq!(&ours, &by_totp_rs(&secret, &parameters, time));
    }

    /// The one set that we hand out, so that it gets cases of its own.
    #[test]
    fn three_implementations_agree_on_ours(secret: [u8; 20], time in any_time()) {
        let ours = ours(&secret, &TotpParameters::OURS, time);
        prop_assert_eq!(&ours, &by_totp_lite(&secret, &TotpParameters::OURS, time));
        prop_assert_eq!(&ours, &by_totp_rs(&secret, &TotpParameters::OURS, time));
    }
}
