//! Key URIs, one a line.

use crate::line::Line;
use crate::parameters::key_uri;
use crate::{Trouble, Unreadable};

pub(crate) fn read(text: &str) -> Result<Vec<Line>, Unreadable> {
    if !text.to_ascii_lowercase().contains("otpauth://") {
        return Err(Unreadable::OtherForm { expected: "a list of otpauth://totp/… addresses, one a line", at: None });
    }
    Ok(lines(text))
}

pub(crate) fn lines(text: &str) -> Vec<Line> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(number, line)| {
            let (username, brings) = key_uri(line);
            let username = username.or_else(|| label(line));
            Line::of(format!("line {number}"), username, brings.map_err(|trouble| of_line(line, trouble)))
        })
        .collect()
}

/// What is no address of an authenticator at all is malformed, not of another kind.
fn of_line(line: &str, trouble: Trouble) -> Trouble {
    let is_address = line.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("otpauth://"));
    if is_address { trouble } else { Trouble::Malformed }
}

/// Whose it is, of one that is not taken, as far as it can be read: so that the report names her.
fn label(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("://")?;
    let (path, _) = rest.split_once('?')?;
    let (_, label) = path.split_once('/')?;
    let plain = label.replace("%3A", ":").replace("%3a", ":").replace("%40", "@");
    let account = crate::parameters::account(&plain);
    account.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._@+-".contains(&byte)).then_some(account)
}
