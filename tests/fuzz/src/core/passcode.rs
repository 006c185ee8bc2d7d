//! Passcodes as people type them, against a reader of another build.

use mfa_core::passcode::{DIGIT_ZEROS, Digits, Passcode, PasscodeError};

use crate::refusal::is_one_of;

/// Text that may be a passcode.
pub(crate) fn text(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    for digits in [Digits::Six, Digits::Seven, Digits::Eight] {
        let expected = by_rule(text).filter(|plain| plain.len() == usize::from(digits.count()));
        match Passcode::parse(text, digits) {
            Ok(passcode) => {
                let shown = passcode.display();
                assert_eq!(Some(shown.as_str()), expected.as_deref(), "read as something else");
                assert_eq!(Passcode::parse(&shown, digits).as_ref(), Ok(&passcode));
                assert_eq!(format!("{passcode:?}"), "Passcode(redacted)");
            }
            Err(error) => {
                is_one_of(&error, &[PasscodeError::Length, PasscodeError::Symbol]);
                assert_eq!(expected, None, "refused: {error:?}");
            }
        }
    }
}

/// The digits of the text in ASCII, if it follows the rules of [`Passcode::parse`]: strips spaces, then looks at what
/// stands beside each hyphen.
fn by_rule(text: &str) -> Option<String> {
    if text.len() > Passcode::MAX_TEXT_BYTES {
        return None;
    }
    let symbols: Vec<char> = text.chars().filter(|symbol| !matches!(symbol, ' ' | '\u{a0}')).collect();
    let digit = |symbol: char| {
        let zero =
            DIGIT_ZEROS.into_iter().rfind(|zero| *zero <= symbol && u32::from(symbol) - u32::from(*zero) < 10)?;
        char::from_digit(u32::from(symbol) - u32::from(zero), 10)
    };
    for pair in [&['-'][..], &symbols, &['-']].concat().windows(2) {
        if pair == ['-', '-'] {
            return None;
        }
    }
    if symbols.first() == Some(&'-') || symbols.last() == Some(&'-') {
        return None;
    }
    symbols.into_iter().filter(|symbol| *symbol != '-').map(digit).collect()
}
