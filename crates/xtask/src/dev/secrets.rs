//! The local edge's secrets: made once, of the system's randomness, readable by their owner only.

use crate::{Outcome, project};
use base64ct::{Base64UrlUnpadded, Encoding};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

pub(super) struct Secrets {
    pub(super) operator_token: String,
    /// Where the Worker sends notices.
    pub(super) notifier_url: String,
    /// What it signs them with.
    pub(super) notifier_key: Vec<u8>,
}

/// Those of `.dev.vars`, where wrangler looks for them; writes the file if there is none. Notices go to `mailbox`, unless
/// the file says something else.
pub(super) fn of_the_local_edge(mailbox: &str) -> Outcome<Secrets> {
    let path = project::root().join(".dev.vars");
    if !path.exists() {
        let text = fresh()?;
        let notifier = missing_notifier(&text, mailbox, &base64url(&random::<32>()?));
        write_private(&path, &(text + &notifier))?;
        println!("wrote fresh secrets for the local edge to .dev.vars");
    }
    // Where it is a link to a file elsewhere, it stays one.
    let path = path.canonicalize().map_err(|error| format!(".dev.vars cannot be read: {error}"))?;
    let mut text = fs::read_to_string(&path).map_err(|error| format!(".dev.vars cannot be read: {error}"))?;
    let missing = missing_notifier(&text, mailbox, &base64url(&random::<32>()?));
    if !missing.is_empty() {
        text += &missing;
        write_private(&path, &text)?;
        println!("added to .dev.vars where notices go: to the mailbox");
    }
    let value = |name: &str| {
        value_of(&text, name).ok_or_else(|| format!(".dev.vars has no {name}; delete the file and it is written anew"))
    };
    let notifier_key = Base64UrlUnpadded::decode_vec(value("NOTIFIER_KEY")?.trim_end_matches('='));
    Ok(Secrets {
        operator_token: value("OPERATOR_TOKEN")?,
        notifier_url: value("NOTIFIER_URL")?,
        notifier_key: notifier_key
            .map_err(|_| "NOTIFIER_KEY in .dev.vars is no base64url; delete that line and it is written anew")?,
    })
}

/// The lines that a file from before there was a mailbox lacks.
fn missing_notifier(text: &str, url: &str, key: &str) -> String {
    let line_break = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let wanted = [("NOTIFIER_URL", url), ("NOTIFIER_KEY", key)];
    let lines = wanted.iter().filter(|(name, _)| value_of(text, name).is_none());
    let lines: String = lines.map(|(name, value)| format!("{name}=\"{value}\"\n")).collect();
    if lines.is_empty() { lines } else { line_break.to_owned() + &lines }
}

fn value_of(text: &str, name: &str) -> Option<String> {
    let value = |line: &str| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == name).then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    };
    text.lines().find_map(value)
}

/// Written whole or not at all, and never readable by others, not even for a moment.
pub(super) fn write_private(path: &Path, text: &str) -> Outcome {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = Path::new(&beside);
    let write = || {
        let _ = fs::remove_file(beside);
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(beside, path)
    };
    write().map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

fn fresh() -> Outcome<String> {
    let mut text = "# Secrets of the local edge, made by `cargo xtask dev`. Never use them elsewhere.\n".to_owned();
    for name in ["KEY_ENCRYPTION_KEYS", "PEPPERS", "TOKEN_KEYS"] {
        text += &format!("{name}=\"k1:{}\"\n", base64url(&random::<32>()?));
    }
    for name in ["NAMING_KEY", "OPERATOR_TOKEN"] {
        text += &format!("{name}=\"{}\"\n", base64url(&random::<32>()?));
    }
    Ok(text)
}

pub(super) fn random<const N: usize>() -> Outcome<[u8; N]> {
    let mut bytes = [0; N];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(|error| format!("the system's randomness cannot be read: {error}"))?;
    Ok(bytes)
}

/// Without padding.
pub(super) fn base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

#[cfg(test)]
mod tests {
    use super::{missing_notifier, value_of};

    const URL: &str = "http://localhost:8789/";

    #[test]
    fn a_file_from_before_the_mailbox_is_added_to_and_not_changed() {
        let added = "NOTIFIER_URL=\"http://localhost:8789/\"\nNOTIFIER_KEY=\"key\"\n";
        assert_eq!(missing_notifier("OPERATOR_TOKEN=\"x\"\n", URL, "key"), added);
        assert_eq!(missing_notifier("# mine\nOPERATOR_TOKEN=x", URL, "key"), format!("\n{added}"));
        assert_eq!(missing_notifier("", URL, "key"), added);
    }

    #[test]
    fn what_is_there_already_stays() {
        let own = "NOTIFIER_URL=http://elsewhere/\n";
        assert_eq!(missing_notifier(own, URL, "key"), "NOTIFIER_KEY=\"key\"\n");
        assert_eq!(missing_notifier(&format!("{own}NOTIFIER_KEY='k'"), URL, "key"), "");
    }

    #[test]
    fn a_value_is_read_with_or_without_quotes() {
        let text = "# A=comment\nAB=\"no\"\n A = \"yes\"\nB='b=='\nC=c\n";
        assert_eq!(value_of(text, "A").as_deref(), Some("yes"));
        assert_eq!(value_of(text, "B").as_deref(), Some("b=="));
        assert_eq!(value_of(text, "C").as_deref(), Some("c"));
        assert_eq!(value_of(text, "D"), None);
    }
}
