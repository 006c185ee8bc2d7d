//! What people type (attacks I03, I05, I06, I09).

use mfa_core::passcode::{DIGIT_ZEROS, Digits, Passcode, PasscodeError};
use proptest::prelude::*;

fn read(text: &str) -> Result<String, PasscodeError> {
    Passcode::parse(text, Digits::Six).map(|code| code.display().to_string())
}

#[test]
fn reads_what_people_type() {
    for text in [
        "012345",
        "012 345",
        " 012345 ",
        "0 1 2 3 4 5",
        "012\u{a0}345",
        "012-345",
        "01-23-45",
        "012 - 345",
        "０１２３４５",
        "٠١٢٣٤٥",
        "۰۱۲۳۴۵",
        "०१२३४५",
        "০১২৩৪৫",
        "๐๑๒๓๔๕",
        "០១២៣៤៥",
        "𞥐𞥑𞥒𞥓𞥔𞥕",
        "0１٢३৪๕",
    ] {
        assert_eq!(read(text).as_deref(), Ok("012345"), "{text:?}");
    }
}

#[test]
fn refuses_other_symbols() {
    for text in [
        "01234\t5",
        "012345\n",
        "012\u{200b}345",
        "012\u{2009}345",
        "012\u{202f}345",
        "012\u{3000}345",
        "\u{feff}012345",
        "\u{200f}012345",
        "-012345",
        "012345-",
        "012--345",
        "012 - - 345",
        "-",
        "012\u{2011}345",
        "012\u{2013}345",
        "+12345",
        "1.2345",
        "1e5",
        "12345a",
        "⁰¹²³⁴⁵",
        "₀₁₂₃₄₅",
        "①②③④⑤⑥",
        "𝟎𝟏𝟐𝟑𝟒𝟓",
        "𝟘𝟙𝟚𝟛𝟜𝟝",
        "🯰🯱🯲🯳🯴🯵",
        "一二三四五六",
        "Ⅰ12345",
        "½12345",
        "0x1234",
        "\0\0\0\0\0\0",
        "null",
        "{\"$ne\":1}",
    ] {
        assert_eq!(read(text), Err(PasscodeError::Symbol), "{text:?}");
    }
}

#[test]
fn refuses_other_lengths() {
    for text in ["", " ", "\u{a0}", "39", "12345", "1234567", "0000039", "12 34 5", "4294967296", "4294967297000039"] {
        assert_eq!(read(text), Err(PasscodeError::Length), "{text:?}");
    }
    assert_eq!(read("000039").as_deref(), Ok("000039"));
}

#[test]
fn refuses_long_texts_unread() {
    let spaces = |count: usize| format!("{}123456", " ".repeat(count));
    assert!(read(&spaces(58)).is_ok());
    assert_eq!(read(&spaces(59)), Err(PasscodeError::Length));
    assert_eq!(read(&"x".repeat(65)), Err(PasscodeError::Length));
    assert_eq!(read(&"9".repeat(64)), Err(PasscodeError::Length));
    assert_eq!(read(&"1".repeat(1_000_000)), Err(PasscodeError::Length));
}

/// The table itself: each entry is a zero followed by its nine, no two overlap,
/// and the standard library too calls all of them numeric.
#[test]
fn the_table_of_digits_is_sound() {
    for (position, &zero) in DIGIT_ZEROS.iter().enumerate() {
        for value in 0..10 {
            let digit = char::from_u32(u32::from(zero) + value).unwrap();
            assert!(digit.is_numeric(), "{digit:?}");
            let text = format!("00000{digit}");
            assert_eq!(read(&text), Ok(format!("00000{value}")));
        }
        let before = char::from_u32(u32::from(zero) - 1).unwrap();
        let after = char::from_u32(u32::from(zero) + 10).unwrap();
        assert!(read(&format!("00000{before}")).is_err(), "{before:?}");
        assert!(read(&format!("00000{after}")).is_err(), "{after:?}");
        if let Some(&next) = DIGIT_ZEROS.get(position + 1) {
            assert!(u32::from(next) >= u32::from(zero) + 10, "sorted and apart");
        }
    }
}

#[test]
fn seven_and_eight_digits() {
    let read = |text, digits| Passcode::parse(text, digits).map(|code| code.display().to_string());
    assert_eq!(read("0123 456", Digits::Seven).as_deref(), Ok("0123456"));
    assert_eq!(read("9999 9999", Digits::Eight).as_deref(), Ok("99999999"));
    assert_eq!(read("999999", Digits::Eight), Err(PasscodeError::Length));
    for digits in [Digits::Six, Digits::Seven, Digits::Eight] {
        assert_eq!(Digits::try_from(digits.count()), Ok(digits));
    }
    assert!(Digits::try_from(5).is_err());
    assert!(Digits::try_from(9).is_err());
}

proptest! {
    #[test]
    fn what_is_shown_is_read_back(value in 0..1_000_000_u32, zero in prop::sample::select(&DIGIT_ZEROS[..])) {
        let ascii = format!("{value:06}");
        let code = Passcode::parse(&ascii, Digits::Six).unwrap();
        prop_assert_eq!(code.display().to_string(), ascii.clone());
        let localised: String = ascii
            .bytes()
            .map(|digit| char::from_u32(u32::from(zero) + u32::from(digit - b'0')).unwrap())
            .collect();
        prop_assert_eq!(Passcode::parse(&localised, Digits::Six).unwrap(), code);
    }

    #[test]
    fn any_text_is_read_or_refused(text: String) {
        let _ = read(&text);
    }

    /// Whatever is read holds six digits of the table and separators, nothing else.
    #[test]
    fn nothing_else_is_read(text in "[0-9０-９٠-٩ \u{a0}-]{0,12}") {
        let digits = text.chars().filter(|c| c.is_numeric()).count();
        let hyphens_fit = text
            .split('-')
            .all(|between| between.chars().any(char::is_numeric)) || !text.contains('-');
        prop_assert_eq!(read(&text).is_ok(), digits == 6 && hyphens_fit, "{:?}", text);
    }
}
