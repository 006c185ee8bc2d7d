//! Authelia: `authelia storage user totp export csv`, or `… export uri`. Its YAML holds nothing that these do not; its
//! images hold the same key URIs.

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::line::Line;
use crate::parameters::{Said, secret_from_base32};
use crate::{Trouble, Unreadable, key_uris};

const EXPECTED: &str = "what `authelia storage user totp export` wrote as CSV or as URIs";
const HEADER: &str = "issuer,username,algorithm,digits,period,secret";

#[derive(Deserialize)]
struct Row {
    username: String,
    algorithm: String,
    digits: u64,
    period: u64,
    secret: Zeroizing<String>,
}

pub(crate) fn read(text: &str) -> Result<Vec<Line>, Unreadable> {
    if text.trim_start().starts_with("otpauth://") {
        return Ok(key_uris::lines(text));
    }
    if text.lines().next().is_none_or(|header| header.trim() != HEADER) {
        return Err(Unreadable::OtherForm { expected: EXPECTED, at: Some((1, 1)) });
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let rows = reader.deserialize::<Row>().enumerate();
    Ok(rows.map(|(index, row)| line(index + 2, row.ok())).collect())
}

fn line(number: usize, row: Option<Row>) -> Line {
    let place = format!("line {number}");
    let Some(row) = row else {
        return Line::of(place, None, Err(Trouble::Malformed));
    };
    let said = Said { algorithm: &row.algorithm, digits: row.digits, period: row.period };
    let brings = secret_from_base32(&row.secret).and_then(|secret| said.with(secret));
    Line::of(place, Some(row.username), brings)
}
