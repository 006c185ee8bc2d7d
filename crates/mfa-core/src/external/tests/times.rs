//! The edges of every time.

use proptest::prelude::*;

use super::*;

#[test]
fn a_minute_of_leeway_and_no_more() {
    type Change = fn(&mut Claims, u64);
    let table: [(Change, u64, bool); 8] = [
        (|c, t| c.exp = date(t), NOW.0 - 59, true),
        (|c, t| c.exp = date(t), NOW.0 - 60, false),
        (|c, t| c.iat = date(t), NOW.0 + 60, true),
        (|c, t| c.iat = date(t), NOW.0 + 61, false),
        (|c, t| c.nbf = date(t), NOW.0 + 60, true),
        (|c, t| c.nbf = date(t), NOW.0 + 61, false),
        (|c, t| c.auth_time = date(t), NOW.0 + 60, true),
        (|c, t| c.auth_time = date(t), NOW.0 + 61, false),
    ];
    for (row, (change, time, is_good)) in table.into_iter().enumerate() {
        assert_eq!(changed(|claims| change(claims, time)).is_ok(), is_good, "row {row}");
    }
    assert!(changed(|claims| claims.nbf = None).is_ok());
    assert!(changed(|claims| claims.iat = date(0)).is_ok());
}

#[test]
fn a_fresh_sign_in_is_one_after_we_asked() {
    let asked_at = NOW.0 - 60;
    let judged = |auth_time: Option<u64>, max_age: u64| {
        let claims = Claims { auth_time: auth_time.and_then(date), ..good() };
        asked_for(&claims, Some(Seconds(max_age))).map(|proof| proof.auth_time)
    };
    assert_eq!(judged(None, 0), Err(TokenRefusal::AuthTimeMissing));
    assert_eq!(judged(Some(asked_at), 0), Ok(Some(Timestamp(asked_at))));
    assert_eq!(judged(Some(asked_at - 60), 0), Ok(Some(Timestamp(asked_at - 60))));
    assert_eq!(judged(Some(asked_at - 61), 0), Err(TokenRefusal::AuthTimeTooOld));
    assert_eq!(judged(Some(asked_at - 360), 300), Ok(Some(Timestamp(asked_at - 360))));
    assert_eq!(judged(Some(asked_at - 361), 300), Err(TokenRefusal::AuthTimeTooOld));
    assert_eq!(judged(Some(0), u64::MAX), Ok(Some(Timestamp(0))));
}

/// A clock ahead of ours must not buy a minute more of step-up.
#[test]
fn a_sign_in_is_never_later_than_now() {
    assert_eq!(changed(|claims| claims.auth_time = date(NOW.0 + 30)).unwrap().auth_time, Some(NOW));
    assert_eq!(changed(|claims| claims.auth_time = date(NOW.0 - 30)).unwrap().auth_time, Some(Timestamp(NOW.0 - 30)));
}

proptest! {
    /// Total, and whatever passes keeps every rule, said once more in other words.
    #[test]
    fn whatever_passes_keeps_the_rules(
        exp: Option<u64>, iat: Option<u64>, nbf: Option<u64>, auth_time: Option<u64>,
        near in proptest::array::uniform4(proptest::option::of(0_u64..400)),
        max_age in proptest::option::of(0_u64..400), now: u64, asked_before in 0_u64..600,
    ) {
        // Half of the time near the edges, where something may pass.
        let pick = |far: Option<u64>, near: Option<u64>| {
            near.map(|near| now.saturating_add(near).saturating_sub(200)).or(far)
        };
        let [a, b, c, d] = near;
        let (exp, iat, nbf, auth_time) = (pick(exp, a), pick(iat, b), pick(nbf, c), pick(auth_time, d));
        let claims = Claims {
            exp: exp.and_then(date), iat: iat.and_then(date), nbf: nbf.and_then(date),
            auth_time: auth_time.and_then(date), ..good()
        };
        let issuer = entra();
        let asked_at = Timestamp(now.saturating_sub(asked_before));
        let expected = Expected {
            issuer: &issuer, client_id: CLIENT, nonce: NONCE, asked_at, max_age: max_age.map(Seconds),
        };
        let judged = judge(&claims, &expected, Timestamp(now));
        let later = u128::from(now) + 60;
        let not_ahead = |time: Option<u64>| time.is_none_or(|time| u128::from(time) <= later);
        let is_fresh = match (max_age, auth_time) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(age), Some(time)) => u128::from(time) + u128::from(age) + 60 >= u128::from(asked_at.0),
        };
        let is_good = exp.is_some_and(|exp| u128::from(now) < u128::from(exp) + 60)
            && iat.is_some() && not_ahead(iat) && not_ahead(nbf) && not_ahead(auth_time) && is_fresh;
        // At the very end of time additions stop at the last second.
        prop_assume!(now < u64::MAX - 1000);
        prop_assert_eq!(judged.is_ok(), is_good);
        if let Ok(proof) = judged {
            prop_assert!(proof.auth_time.is_none_or(|time| time.0 <= now));
        }
    }
}
