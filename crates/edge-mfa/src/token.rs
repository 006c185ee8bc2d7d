//! The operator's token. It comes from the environment or from a file, never from an argument: arguments can be read
//! by everybody on the machine and stay in the shell's history.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::failure::{Failure, Outcome, of_file};

/// The variable that it is read from where no file is named.
const VARIABLE: &str = "EDGE_MFA_OPERATOR_TOKEN";
/// No file with a token is longer.
const LONGEST_FILE: u64 = 4096;

/// Has no `Debug`, so that it cannot be printed by mistake.
pub(crate) struct Token(String);

impl Token {
    /// As it stands in the `Authorization` header.
    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }

    /// `source` says where the text is from.
    pub(crate) fn parse(text: &str, source: &str) -> Outcome<Token> {
        let text = text.trim();
        if text.len() < 32 || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Failure::Failed(format!(
                "What {source} holds is no operator token: one has at least 32 characters and no space in it."
            )));
        }
        Ok(Token(text.to_owned()))
    }
}

/// The token in `file`, or in the environment.
pub(crate) fn find(file: Option<&Path>) -> Outcome<Token> {
    if let Some(path) = file {
        return read(path);
    }
    match std::env::var(VARIABLE) {
        Ok(text) if !text.trim().is_empty() => Token::parse(&text, VARIABLE),
        _ => Err(Failure::Usage(format!(
            "The operator's token is missing. Put it into the variable {VARIABLE}, or name the file that holds it: \
             --token-file FILE."
        ))),
    }
}

fn read(path: &Path) -> Outcome<Token> {
    let mut file = File::open(path).map_err(|error| of_file("read", path, &error))?;
    // Of the file that was opened, so that it cannot be another by now.
    refuse_shared(&file, path)?;
    let mut text = String::new();
    file.by_ref().take(LONGEST_FILE).read_to_string(&mut text).map_err(|error| of_file("read", path, &error))?;
    Token::parse(&text, &path.display().to_string())
}

#[cfg(unix)]
pub(crate) fn refuse_shared(file: &File, path: &Path) -> Outcome {
    use std::os::unix::fs::PermissionsExt;

    let mode = file.metadata().map_err(|error| of_file("read", path, &error))?.permissions().mode();
    if mode & 0o077 != 0 {
        let path = path.display();
        return Err(Failure::Failed(format!(
            "{path} is open to other users of this machine, so what it holds may be known to them. Run `chmod 600 {path}`, \
             and make a new secret if others may have looked."
        )));
    }
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn refuse_shared(_: &File, _: &Path) -> Outcome {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_token_is_long_and_without_spaces() {
        assert_eq!(Token::parse(&format!("{GOOD}\n"), "it").ok().unwrap().bearer(), format!("Bearer {GOOD}"));
        for bad in ["", "short", "0123456789abcdef 123456789abcdef0", "0123456789abcdef\u{e9}0123456789abcde"] {
            assert!(Token::parse(bad, "it").is_err(), "{bad}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;

        let path = std::env::temp_dir().join(format!("edge-mfa-token-{}", std::process::id()));
        std::fs::write(&path, GOOD).unwrap();
        let with_mode = |mode| {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            find(Some(&path))
        };
        assert!(with_mode(0o600).is_ok());
        for mode in [0o640, 0o604, 0o644, 0o660] {
            assert!(matches!(with_mode(mode), Err(Failure::Failed(sentence)) if sentence.contains("chmod 600")));
        }
        std::fs::remove_file(&path).unwrap();
    }
}
