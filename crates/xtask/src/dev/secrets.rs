//! The local edge's secrets: made once, of the system's randomness, readable by their owner only.

use crate::{Outcome, project};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

pub(super) struct Secrets {
    pub(super) operator_token: String,
}

/// Those of `.dev.vars`, where wrangler looks for them; writes the file if there is none.
pub(super) fn of_the_local_edge() -> Outcome<Secrets> {
    let path = project::root().join(".dev.vars");
    if !path.exists() {
        write_private(&path, &fresh()?)?;
        println!("wrote fresh secrets for the local edge to .dev.vars");
    }
    let text = fs::read_to_string(&path).map_err(|error| format!(".dev.vars cannot be read: {error}"))?;
    let token = text.lines().find_map(|line| line.trim().strip_prefix("OPERATOR_TOKEN="));
    let operator_token = token
        .map(|value| value.trim().trim_matches('"').to_owned())
        .ok_or(".dev.vars has no OPERATOR_TOKEN; delete the file and it is written anew")?;
    Ok(Secrets { operator_token })
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
    const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let number = group.iter().enumerate().fold(0u32, |sum, (at, byte)| sum | u32::from(*byte) << (16 - 8 * at));
        for symbol in 0..=group.len() {
            let index = (number >> (18 - 6 * symbol)) & 63;
            text.push(char::from(SYMBOLS[index as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64url;

    #[test]
    fn base64url_is_that_of_rfc_4648_section_10_without_padding() {
        for (plain, coded) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE")]
        {
            assert_eq!(base64url(plain.as_bytes()), coded);
        }
        assert_eq!(base64url(&[0xfb, 0xff]), "-_8");
    }
}
