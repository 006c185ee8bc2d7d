//! An authenticator app on `totp-lite`: it knows a key URI, a clock and nothing else.

use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base32::Alphabet;
use totp_lite::{Sha1, totp_custom};

/// Seconds of a time step.
pub const PERIOD: u64 = 30;

/// How much of a time step must be left for its predecessor's code to be handed out: such a code
/// dies with the step, and a test must not depend on the speed of the machine.
const MARGIN: u64 = 12;

/// An authenticator app with one entry. Its clones share the memory of which codes were used.
#[derive(Debug)]
pub struct Phone {
    secret: Vec<u8>,
    next: Mutex<u64>,
}

impl Phone {
    /// Takes the key over from what a QR code says. Panics when an ordinary app would not
    /// understand it or would compute something else: apps ignore all but these parameters.
    pub fn scan(key_uri: &str) -> Self {
        let query = key_uri
            .strip_prefix("otpauth://totp/")
            .and_then(|rest| rest.split_once('?'))
            .map_or_else(|| panic!("not a key URI"), |(_, query)| query);
        let mut secret = None;
        for pair in query.split('&') {
            match pair.split_once('=').expect("name=value") {
                ("secret", value) => secret = Some(value),
                ("algorithm", value) => assert_eq!(value, "SHA1"),
                ("digits", value) => assert_eq!(value, "6"),
                ("period", value) => assert_eq!(value, "30"),
                ("issuer", _) => {}
                (name, _) => panic!("an unknown parameter: {name}"),
            }
        }
        Self::typed(secret.expect("a secret"))
    }

    /// Takes the key over as typed: 32 base32 symbols, spaces allowed.
    pub fn typed(secret: &str) -> Self {
        let symbols: String = secret.chars().filter(|symbol| *symbol != ' ').collect();
        assert_eq!(symbols.len(), 32, "160 bits are 32 symbols without padding");
        let secret = base32::decode(Alphabet::Rfc4648 { padding: false }, &symbols);
        let secret = secret.expect("base32");
        assert_eq!(secret.len(), 20);
        Self { secret, next: Mutex::new(0) }
    }

    /// The shared secret.
    pub fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// What the app shows in this time step.
    pub fn code_at(&self, step: u64) -> String {
        totp_custom::<Sha1>(PERIOD, 6, &self.secret, step * PERIOD)
    }

    /// What the app shows now.
    pub fn code(&self) -> String {
        self.code_at(step_now())
    }

    /// A code that the edge accepts now and that this phone has not handed out before, with its
    /// time step: of the step before, of this one or of the next. Waits when all three are used.
    pub fn next(&self) -> (u64, String) {
        let mut next = self.next.lock().expect("no test thread panicked here");
        loop {
            let step = (*next).max(lowest());
            if step <= step_now() + 1 {
                *next = step + 1;
                return (step, self.code_at(step));
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// A code that the edge accepts now and that it has not seen.
    pub fn next_code(&self) -> String {
        self.next().1
    }

    /// Waits until `count` codes in a row can be had from [`Phone::next`] without a wait.
    pub fn rest_until(&self, count: u64) {
        let next = *self.next.lock().expect("no test thread panicked here");
        while next.max(lowest()) + count > step_now() + 2 {
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// A code that none of the steps within ±3 of now has.
    pub fn wrong_code(&self) -> String {
        let near: Vec<_> = (step_now() - 3..=step_now() + 3).map(|it| self.code_at(it)).collect();
        let wrong = std::iter::repeat_with(|| format!("{:06}", crate::random::below(1_000_000)));
        wrong.into_iter().find(|code| !near.contains(code)).expect("the supply is endless")
    }
}

/// Unix seconds.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("the clock is past 1970").as_secs()
}

/// The number of the present time step.
pub fn step_now() -> u64 {
    now() / PERIOD
}

fn lowest() -> u64 {
    let left = PERIOD - now() % PERIOD;
    if left >= MARGIN { step_now() - 1 } else { step_now() }
}

/// A secret as it is typed: base32 without padding.
pub fn symbols(secret: &[u8]) -> String {
    base32::encode(Alphabet::Rfc4648 { padding: false }, secret)
}
