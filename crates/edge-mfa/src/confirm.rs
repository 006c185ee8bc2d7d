//! Something to be typed before what cannot be undone.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::failure::{Failure, Outcome};

/// Asks for `expected`, unless `yes` was said already.
pub(crate) fn by_hand(what_happens: &str, expected: &str, yes: bool) -> Outcome {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(
            "This wants a confirmation typed by hand, and there is no terminal to type it at. Add --yes if you are \
             sure. Nothing has changed."
                .to_owned(),
        ));
    }
    ask(&mut io::stdin().lock(), &mut io::stderr(), what_happens, expected)
}

fn ask(from: &mut impl BufRead, to: &mut impl Write, what_happens: &str, expected: &str) -> Outcome {
    let mut typed = String::new();
    let asked = write!(to, "{what_happens}\nType {expected} to go on: ")
        .and_then(|()| to.flush())
        .and_then(|()| from.read_line(&mut typed));
    match asked {
        Ok(_) if typed.trim() == expected => Ok(()),
        Ok(_) => Err(Failure::Failed(format!("That is not {expected}. Nothing has changed."))),
        Err(error) => Err(Failure::Failed(format!("The confirmation cannot be read: {error}. Nothing has changed."))),
    }
}

#[cfg(test)]
mod tests {
    use super::ask;

    fn typed(text: &str) -> bool {
        ask(&mut text.as_bytes(), &mut Vec::new(), "It ends.", "acme").is_ok()
    }

    #[test]
    fn only_the_name_itself_confirms() {
        assert!(typed("acme\n") && typed("  acme \r\n"));
        for other in ["", "\n", "y\n", "yes\n", "Acme\n", "acme-2\n", "no\nacme\n"] {
            assert!(!typed(other), "{other:?}");
        }
    }
}
