//! A table of forged tokens: each is a good one with one thing changed, and the rule that stops it.

use super::*;
use crate::external::Identity;
use crate::external::Subject;

#[test]
fn a_good_one_says_who_it_is() {
    let proof = changed(|_| {}).unwrap();
    let subject = Subject::parse("AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ").unwrap();
    assert_eq!(proof.identity, Identity { issuer: entra(), subject });
    assert_eq!(proof.auth_time, None);
    assert_eq!(proof.display.as_deref(), Some("anna@contoso.example"));
}

#[test]
fn forged_tokens_are_refused() {
    use TokenRefusal::*;
    type Change = fn(&mut Claims);
    let table: [(&str, TokenRefusal, Change); 33] = [
        ("no issuer", ClaimMissing, |c| c.iss = None),
        ("empty issuer", IssuerMismatch, |c| c.iss = text("")),
        ("slash more", IssuerMismatch, |c| c.iss = text(&(String::from(ENTRA) + "/"))),
        ("upper case", IssuerMismatch, |c| c.iss = text(&ENTRA.to_uppercase())),
        ("http", IssuerMismatch, |c| c.iss = text(&ENTRA.replace("https", "http"))),
        ("template", IssuerMismatch, |c| c.iss = text(&ENTRA.replace(DIRECTORY, "{tenantid}"))),
        ("common", IssuerMismatch, |c| c.iss = text(&ENTRA.replace(DIRECTORY, "common"))),
        ("another directory", IssuerMismatch, |c| c.iss = text(&ENTRA.replace("8eaef023", "8eaef024"))),
        ("prefix of another host", IssuerMismatch, |c| c.iss = text(&(String::from(ENTRA) + ".evil.example"))),
        ("tid of another directory", DirectoryMismatch, |c| c.tid = text("8eaef024-2b34-4da1-9baa-8bc8c9d6a490")),
        ("empty tid", DirectoryMismatch, |c| c.tid = text("")),
        ("no audience", ClaimMissing, |c| c.aud = None),
        ("another client", AudienceMismatch, |c| c.aud = Some(Audience::One("other".into()))),
        ("client id as prefix", AudienceMismatch, |c| c.aud = Some(Audience::One(String::from(CLIENT) + "0"))),
        ("no one's", AudienceMismatch, |c| c.aud = several(&[])),
        ("others only", AudienceMismatch, |c| c.aud = several(&["a", "b"])),
        ("empty audience", AudienceMismatch, |c| c.aud = Some(Audience::One(String::new()))),
        ("others too, given to nobody", PartyMismatch, |c| c.aud = several(&[CLIENT, "other"])),
        ("given to another", PartyMismatch, |c| c.azp = text("other")),
        ("given to no one", PartyMismatch, |c| c.azp = text("")),
        ("others too, given to another", PartyMismatch, |c| {
            c.aud = several(&[CLIENT, "other"]);
            c.azp = text("other");
        }),
        ("no end", ClaimMissing, |c| c.exp = None),
        ("over", Expired, |c| c.exp = date(NOW.0 - 60)),
        ("no date", ClaimMissing, |c| c.iat = None),
        ("from the future", IssuedAhead, |c| c.iat = date(NOW.0 + 61)),
        ("not yet", NotYetValid, |c| c.nbf = date(NOW.0 + 61)),
        ("no nonce", NonceMismatch, |c| c.nonce = None),
        ("empty nonce", NonceMismatch, |c| c.nonce = text("")),
        ("another sign-in's nonce", NonceMismatch, |c| c.nonce = text(&NONCE.replace("n-0", "n-1"))),
        ("half the nonce", NonceMismatch, |c| c.nonce = text("n-0S6_WzA2Mj")),
        ("no subject", ClaimMissing, |c| c.sub = None),
        ("empty subject", SubjectUnacceptable, |c| c.sub = text("")),
        ("signed in tomorrow", AuthTimeAhead, |c| c.auth_time = date(NOW.0 + 86_400)),
    ];
    for (name, refusal, change) in table {
        assert_eq!(changed(change), Err(refusal), "{name}");
    }
}

#[test]
fn audiences_that_are_ours() {
    for (aud, azp) in [
        (Some(Audience::One(CLIENT.into())), None),
        (Some(Audience::One(CLIENT.into())), text(CLIENT)),
        (several(&[CLIENT]), None),
        (several(&[CLIENT, CLIENT]), None),
        (several(&["other", CLIENT]), text(CLIENT)),
    ] {
        assert!(changed(|claims| (claims.aud, claims.azp) = (aud.clone(), azp.clone())).is_ok(), "{aud:?} {azp:?}");
    }
}

/// An empty client id or nonce of our own would make an empty claim right: neither ever is.
#[test]
fn nothing_fits_nothing() {
    let issuer = entra();
    let expected = Expected { issuer: &issuer, client_id: CLIENT, nonce: NONCE, asked_at: NOW, max_age: None };
    let mut claims = good();
    claims.nonce = text("");
    assert_eq!(judge(&claims, &Expected { nonce: "", ..expected }, NOW), Err(TokenRefusal::NonceMismatch));
    claims.aud = Some(Audience::One(String::new()));
    assert_eq!(judge(&claims, &Expected { client_id: "", ..expected }, NOW), Err(TokenRefusal::AudienceMismatch));
}

/// The directory binds where the issuer names one; elsewhere `tid` means nothing.
#[test]
fn tid_is_entras_own() {
    assert!(changed(|claims| claims.tid = None).is_ok());
    let issuer = Issuer::parse("https://accounts.example", Loopback::Refused).unwrap();
    let expected = Expected { issuer: &issuer, client_id: CLIENT, nonce: NONCE, asked_at: NOW, max_age: None };
    let claims = Claims { iss: text("https://accounts.example"), tid: text("anything"), ..good() };
    assert!(judge(&claims, &expected, NOW).is_ok());
}

#[test]
fn subjects() {
    let longest = "s".repeat(255);
    for subject in ["1", "auth0|5f7c8ec7c33c6c004bbafe82", "a b", longest.as_str()] {
        assert_eq!(changed(|claims| claims.sub = text(subject)).unwrap().identity.subject.as_str(), subject);
    }
    let too_long = "s".repeat(256);
    for subject in ["", "a\0", "a\n", "\u{e9}", "a\u{202e}b", too_long.as_str()] {
        let refused = changed(|claims| claims.sub = text(subject));
        assert_eq!(refused, Err(TokenRefusal::SubjectUnacceptable), "{subject:?}");
    }
}

/// Two people whose addresses are the same are two people; one whose address changed is still one.
#[test]
fn an_address_is_no_identity() {
    let of = |subject: &str, address: &str| {
        changed(|claims| (claims.sub, claims.preferred_username) = (text(subject), text(address))).unwrap().identity
    };
    assert_ne!(of("1", "anna@contoso.example"), of("2", "anna@contoso.example"));
    assert_eq!(of("1", "anna@contoso.example"), of("1", "a.dewit@contoso.example"));
    assert_ne!(of("a", ""), of("A", ""));
}

#[test]
fn what_is_shown_is_one_plain_line() {
    let shown = |username: Option<&str>, name: Option<&str>| {
        let change = |claims: &mut Claims| {
            (claims.preferred_username, claims.name) = (username.map(String::from), name.map(String::from));
        };
        changed(change).unwrap().display
    };
    assert_eq!(shown(None, None), None);
    assert_eq!(shown(None, text("Anna").as_deref()), text("Anna"));
    assert_eq!(shown(Some(" \u{200b}\n"), Some(" Mo ")), text("Mo"));
    assert_eq!(shown(Some("a\r\nb\u{202e}c\u{feff}"), None), text("abc"));
    assert_eq!(shown(Some(&"é".repeat(500)), None).unwrap().chars().count(), 100);
}

/// The words are what other programs see: each its own.
#[test]
fn words_are_distinct() {
    use TokenRefusal::*;
    let all = [
        AlgorithmNotAllowed,
        CriticalHeader,
        TypeUnexpected,
        KeyUnknown,
        KeyUnsuitable,
        KeyAmbiguous,
        ClaimMissing,
        IssuerMismatch,
        DirectoryMismatch,
        AudienceMismatch,
        PartyMismatch,
        Expired,
        IssuedAhead,
        NotYetValid,
        NonceMismatch,
        AuthTimeMissing,
        AuthTimeAhead,
        AuthTimeTooOld,
        SubjectUnacceptable,
    ];
    let words: std::collections::HashSet<_> = all.iter().map(|refusal| refusal.word()).collect();
    assert_eq!(words.len(), all.len());
}
