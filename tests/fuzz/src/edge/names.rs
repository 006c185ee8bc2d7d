//! Names: of people, of tenants, of members' objects, and what stands after a path's question mark.

use crate::object_ref::MemberName;
use crate::oidc::Callback;
use crate::routes::guard::{new_username, tenant_slug, username};
use crate::routes::query::Query;
use mfa_core::tenant::application::ApplicationId;

/// Text that may be a name, or a query.
pub(crate) fn text(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    if let Some(name) = username(text) {
        assert_eq!(username(&name).as_ref(), Some(&name), "a form of its own form");
        assert!((1..=64).contains(&name.len()));
        assert!(name.bytes().all(|byte| b"abcdefghijklmnopqrstuvwxyz0123456789._@+-".contains(&byte)));
        assert!(name.eq_ignore_ascii_case(text.trim()));
        // The log names these as who did something: nobody may be called so.
        let is_ours = name == "operator" || name == "system" || ApplicationId::parse(&name).is_some();
        assert_eq!(new_username(text).is_none(), is_ours);
    } else {
        assert_eq!(new_username(text), None);
    }
    if let Some(slug) = tenant_slug(text) {
        assert_eq!(slug, text, "a second spelling was read");
        assert!(username(text).is_some() && (2..=32).contains(&text.len()) && !text.contains(['.', '/', '%']));
    }
    if let Some(member) = MemberName::parse(text) {
        assert!(member.as_str() == text && text.len() == 32 && text.starts_with(member.short()));
    }
    query(text);
}

fn query(text: &str) {
    let Ok(url) = url::Url::parse(&format!("https://mfa.example/?{}", text.replace('#', "%23"))) else { return };
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let count = |wanted: &str| pairs.iter().filter(|(name, _)| name == wanted).count();
    if let Ok(query) = Query::read(&pairs, &["search", "limit", "after"]) {
        assert!(pairs.len() <= 3 && pairs.iter().all(|(name, value)| count(name) == 1 && value.chars().count() <= 512));
        let limit = pairs.iter().find(|(name, _)| name == "limit").map(|(_, value)| value.as_str()).unwrap_or_default();
        match query.number::<u32>("limit") {
            Ok(Some(number)) => {
                assert_eq!(limit.trim_start_matches(['+', '0']), number.to_string().trim_start_matches('0'))
            }
            Ok(None) => assert_eq!(limit, ""),
            Err(_) => assert!(limit.parse::<u32>().is_err()),
        }
        assert_eq!(query.some_text("search").unwrap_or_default(), query.text("search"));
    }
    if Callback::read(&url).is_ok() {
        assert_eq!((count("state"), count("code") + count("error")), (1, 1), "an answer that says two things");
        assert!(count("iss") <= 1);
    }
}
