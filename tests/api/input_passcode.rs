//! The code as it is typed, and as it is not.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::phone::step_now;
use edge_mfa_tests::{Edge, Member, Tenant, json};

/// The code with each digit moved to the script whose zero this is.
fn in_script(code: &str, zero: u32) -> String {
    let digits = code.bytes().map(|digit| u32::from(digit - b'0'));
    digits.filter_map(|digit| char::from_u32(zero + digit)).collect()
}

#[test]
fn i01_a_code_is_text_and_nothing_else_and_costs_nothing_otherwise() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    let path = anna.member.tenant.at("/sign-in/code");
    let code = anna.phone.next_code();
    let number: u64 = code.parse().expect("a number");
    for odd in [
        json!(number),
        json!(123_456),
        json!(-1),
        json!(1.0e5),
        json!([code]),
        json!({"$ne": null}),
        json!({"code": code}),
        json!(null),
        json!(true),
        json!(false),
    ] {
        let body = json!({"code": odd, "remember_device": false});
        let problem = client.post(&path, body).problem(400, "bad_request");
        assert_eq!(problem["field"], "code");
    }
    let missing = client.post(&path, json!({"remember_device": false}));
    assert_eq!(missing.problem(400, "bad_request")["field"], "code");
    anna.member.enter_code(&client, "").problem(400, "passcode_malformed");
    anna.member.enter_code(&client, &code).is(200);
}

#[test]
fn i03_digits_of_living_scripts_are_read_and_styles_are_not() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    let code = anna.phone.next_code();
    // Mathematical bold, double-struck and monospace digits, circled numbers, segments.
    let mut styles = [0x1d7ce, 0x1d7d8, 0x1d7f6, 0x245f, 0x1fbf0].map(|zero| in_script(&code, zero));
    styles[3] = "①②③④⑤⑥".to_owned();
    let mut odd = styles.to_vec();
    odd.extend(["¹²³⁴⁵⁶", "₁₂₃₄₅₆", "ⅠⅡⅢⅣⅤⅥ", "一二三四五六", "½½½½½½", "六六六六六六"].map(str::to_owned));
    for odd in odd {
        let answer = anna.member.enter_code(&client, &odd);
        assert_eq!(answer.short(), "400 passcode_malformed", "{odd}");
    }
    anna.member.enter_code(&client, &code).is(200);
    // Full-width, Arabic-Indic, Devanagari; the core knows the others.
    for zero in [0xff10, 0x660, 0x966] {
        let typed = in_script(&anna.phone.next_code(), zero);
        let answer = anna.member.enter_code(&anna.pending(), &typed);
        assert_eq!(answer.status, 200, "{typed}: {answer}");
    }
}

#[test]
fn i05_spaces_are_skipped_and_other_blanks_are_not() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    let code = anna.phone.next_code();
    let (head, tail) = code.split_at(3);
    let blanks = ['\t', '\n', '\r', '\u{0}', '\u{200b}', '\u{2060}', '\u{feff}', '\u{3000}', '\u{202e}'];
    for blank in blanks.into_iter().chain(['.', ',', '_', '/', '+', '–']) {
        for odd in [format!("{head}{blank}{tail}"), format!("{code}{blank}"), format!("{blank}{code}")] {
            let answer = anna.member.enter_code(&client, &odd);
            assert_eq!(answer.short(), "400 passcode_malformed", "{odd:?}");
        }
    }
    let typed = format!(" {head} \u{a0}{tail}  ");
    anna.member.enter_code(&client, &typed).is(200);
    let code = anna.phone.next_code();
    let typed = format!("{}-{}", &code[..3], &code[3..]);
    anna.member.enter_code(&anna.pending(), &typed).is(200);
}

#[test]
fn i06_leading_zeros_count() {
    // A secret whose present code begins with a zero comes soon: one in ten does.
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let client = member.pending("enrol");
    for _ in 0..200 {
        let enrolment = member.start_enrolment(&client);
        let step = step_now();
        let code = enrolment.phone.code_at(step);
        if !code.starts_with('0') {
            continue;
        }
        let short = code.trim_start_matches('0');
        for odd in [short.to_owned(), format!("0{code}"), format!("{code}0"), format!("+{short}")] {
            let answer = member.confirm(&client, &enrolment.id, &odd);
            assert_eq!(answer.short(), "400 passcode_malformed", "{odd:?} of {code}");
        }
        member.confirm(&client, &enrolment.id, &code).is(200);
        return;
    }
    panic!("no code with a leading zero in 200 enrolments");
}

#[test]
fn a_code_of_another_length_is_malformed() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    let code = anna.phone.next_code();
    let odd = [&code[..5], &format!("{code}0"), &format!("{code}{code}"), "-", "a", "12345a", "0x1234"];
    for odd in odd {
        anna.member.enter_code(&client, odd).problem(400, "passcode_malformed");
    }
    anna.member.enter_code(&client, &code).is(200);
}
