//! What provisioning software says: whatever comes, it is read within bounds or refused by a word of the protocol.

use mfa_scim::{Attribute, EXTERNAL_ID, Fault, Filter, Said, Selection, patch, replaced, said};

use crate::object_ref::UserId;

/// The first byte says what the rest is: a filter, a user, changes, names of attributes, an id.
pub(crate) fn anything(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    match first % 5 {
        0 => text(rest, filter),
        1 => {
            fits(said(rest));
            let (said, replaced) = (said(rest), replaced(rest));
            assert_eq!(said.is_ok(), replaced.is_ok());
            assert!(replaced.is_ok_and(|it| it.external_id.is_some()) || said.is_err());
        }
        2 => fits(patch(rest)),
        3 => text(rest, names),
        _ => text(rest, id),
    }
}

fn text(data: &[u8], hold: impl FnOnce(&str)) {
    if let Ok(text) = core::str::from_utf8(data) {
        hold(text);
    }
}

fn filter(text: &str) {
    let filter = match Filter::parse(text) {
        Ok(filter) => filter,
        Err(fault) => return assert_eq!(fault, Fault::InvalidFilter),
    };
    assert!(text.len() <= Filter::LONGEST && size(&filter) <= Filter::MOST);
    // Within parentheses it is the same, and after `not` its opposite, as far as there is room.
    let around = |before: &str| Filter::parse(&format!("{before}({text})"));
    if let Ok(within) = around("") {
        assert_eq!(within, filter);
        assert_eq!(around("not "), Ok(Filter::Not(Box::new(filter))));
    }
}

/// How many comparisons it has. Only what has texts is compared with one.
fn size(filter: &Filter) -> usize {
    match filter {
        Filter::Not(inner) => size(inner),
        Filter::And(left, right) | Filter::Or(left, right) => size(left) + size(right),
        Filter::Text(attribute, ..) => {
            assert!(matches!(attribute, Attribute::UserName | Attribute::ExternalId | Attribute::Id));
            1
        }
        Filter::Has(attribute) => {
            assert_eq!(*attribute, Attribute::ExternalId);
            1
        }
        Filter::Whoever(_) | Filter::Active(_) => 1,
    }
}

fn fits(said: Result<Said, Fault>) {
    match said {
        Ok(said) => {
            let external_id = said.external_id.flatten().unwrap_or("x".to_owned());
            assert!((1..=EXTERNAL_ID).contains(&external_id.chars().count()));
            assert!(!external_id.chars().any(char::is_control));
        }
        Err(fault) => assert!(fault != Fault::InvalidFilter && !fault.sentence().is_empty()),
    }
}

/// What is always answered is, whatever is asked for.
fn names(text: &str) {
    let (attributes, excluded) = text.split_once('\n').unwrap_or((text, ""));
    let mut resource = serde_json::Map::new();
    for name in ["schemas", "id", "userName", "active"] {
        resource.insert(name.to_owned(), true.into());
    }
    Selection::new(attributes.split(','), excluded.split(',')).apply(&mut resource);
    assert!(resource.contains_key("schemas") && resource.contains_key("id"));
}

fn id(text: &str) {
    if let Some(id) = UserId::parse(text) {
        assert_eq!(id.text(), text, "a second spelling was read");
    }
}
