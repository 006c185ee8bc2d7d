//! Google Authenticator's export: `otpauth-migration://offline?data=…`, the base64 of a protocol buffer, in as many
//! parts as there were QR codes. Its fields by number, as everybody who reads it has found them:
//!
//! ```text
//! payload:   1 authenticator (repeated)  3 number of parts  4 which part  5 which export
//! authenticator: 1 secret  2 name  3 issuer  4 hash (1 SHA-1, 2 SHA-256, 3 SHA-512, 4 MD5)
//!                5 digits (1 six, 2 eight)  6 kind (1 HOTP, 2 TOTP)
//! ```

use std::collections::{BTreeMap, BTreeSet};

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use crate::line::Line;
use crate::parameters::{Said, account, secret_from_bytes};
use crate::{Trouble, Unreadable};

const START: &str = "otpauth-migration://offline?data=";
const EXPECTED: &str = "the text of Google Authenticator's export, one otpauth-migration://… a line";

pub(crate) fn read(text: &str) -> Result<Vec<Line>, Unreadable> {
    let mut found = Vec::new();
    let mut parts: BTreeMap<u64, (u64, BTreeSet<u64>)> = BTreeMap::new();
    for (index, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line.trim())) {
        if line.is_empty() {
            continue;
        }
        let unfit = || Unreadable::OtherForm { expected: EXPECTED, at: Some((index, 1)) };
        let payload = Payload::read(&data(line).ok_or_else(unfit)?).ok_or_else(unfit)?;
        let (count, there) = parts.entry(payload.export).or_default();
        *count = payload.parts.max(1).max(*count);
        there.insert(payload.part);
        for (number, authenticator) in payload.authenticators.into_iter().enumerate() {
            found.push(authenticator.line(format!("line {index}, entry {}", number + 1)));
        }
    }
    let whole = parts.values().all(|(count, there)| u64::try_from(there.len()) == Ok(*count));
    if whole { Ok(found) } else { Err(Unreadable::PartMissing) }
}

/// The protocol buffer in an address.
fn data(line: &str) -> Option<Zeroizing<Vec<u8>>> {
    let data = line.strip_prefix(START)?;
    let data = data.split('&').next().unwrap_or_default();
    // Of what base64 is made of, these three are written so.
    let mut plain = Zeroizing::new(data.to_owned());
    for (escaped, symbol) in [("%2B", "+"), ("%2b", "+"), ("%2F", "/"), ("%2f", "/"), ("%3D", "="), ("%3d", "=")] {
        *plain = plain.replace(escaped, symbol);
    }
    Base64::decode_vec(&plain).ok().map(Zeroizing::new)
}

#[derive(Default)]
struct Payload {
    authenticators: Vec<Authenticator>,
    parts: u64,
    part: u64,
    export: u64,
}

impl Payload {
    fn read(bytes: &[u8]) -> Option<Payload> {
        let mut payload = Payload::default();
        for field in Fields(bytes) {
            match field? {
                (1, Value::Bytes(bytes)) => payload.authenticators.push(Authenticator::read(bytes)?),
                (3, Value::Number(number)) => payload.parts = number,
                (4, Value::Number(number)) => payload.part = number,
                (5, Value::Number(number)) => payload.export = number,
                _ => {}
            }
        }
        Some(payload)
    }
}

#[derive(Default)]
struct Authenticator {
    secret: Zeroizing<Vec<u8>>,
    name: String,
    hash: u64,
    digits: u64,
    kind: u64,
}

impl Authenticator {
    fn read(bytes: &[u8]) -> Option<Authenticator> {
        let mut authenticator = Authenticator::default();
        for field in Fields(bytes) {
            match field? {
                (1, Value::Bytes(bytes)) => authenticator.secret = Zeroizing::new(bytes.to_vec()),
                (2, Value::Bytes(bytes)) => authenticator.name = String::from_utf8(bytes.to_vec()).ok()?,
                (4, Value::Number(number)) => authenticator.hash = number,
                (5, Value::Number(number)) => authenticator.digits = number,
                (6, Value::Number(number)) => authenticator.kind = number,
                _ => {}
            }
        }
        Some(authenticator)
    }

    fn line(self, place: String) -> Line {
        // The app knows no other period, and leaves out what is usual.
        let algorithm = ["sha1", "sha1", "sha256", "sha512"];
        let algorithm = usize::try_from(self.hash).ok().and_then(|hash| algorithm.get(hash)).copied();
        let digits = match self.digits {
            0 | 1 => 6,
            2 => 8,
            _ => 0,
        };
        let said = Said { algorithm: algorithm.unwrap_or_default(), digits, period: 30 };
        let brings = match self.kind {
            0 | 2 => secret_from_bytes(&self.secret).and_then(|secret| said.with(secret)),
            _ => Err(Trouble::OtherKind),
        };
        Line::of(place, Some(account(&self.name)), brings)
    }
}

enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// The fields of a message: the number of each with its value. `None` where it is cut short.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Option<(u64, Value<'a>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'a> Fields<'a> {
    fn field(&mut self) -> Option<(u64, Value<'a>)> {
        let tag = self.number()?;
        let value = match tag & 7 {
            0 => Value::Number(self.number()?),
            1 => Value::Bytes(self.take(8)?),
            2 => {
                let length = usize::try_from(self.number()?).ok()?;
                Value::Bytes(self.take(length)?)
            }
            5 => Value::Bytes(self.take(4)?),
            _ => return None,
        };
        Some((tag >> 3, value))
    }

    /// Seven bits a byte, the lowest first.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.take(1)?.first()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}
