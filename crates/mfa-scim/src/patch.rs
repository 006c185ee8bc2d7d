//! Changes: the operations of RFC 7644 §3.5.2, and the forms that Entra ID and Okta give them.

use serde_json::Value;

use crate::filter::Reader;
use crate::user::{Said, members};
use crate::{Attribute, CORE_USER, Fault};

/// What a user is changed to. What is not said stays.
pub type Change = Said;

/// How many operations one request may have.
const MOST: usize = 100;

/// Reads the operations of a request, in their order.
///
/// # Errors
/// Every [`Fault`] but [`Fault::InvalidFilter`].
pub fn patch(body: &[u8]) -> Result<Change, Fault> {
    let body = members(body)?;
    let Some(Value::Array(operations)) = find(&body, "Operations") else { return Err(Fault::InvalidSyntax) };
    if !(1..=MOST).contains(&operations.len()) {
        return Err(Fault::InvalidSyntax);
    }
    let mut change = Change::default();
    for operation in operations {
        let Value::Object(operation) = operation else { return Err(Fault::InvalidSyntax) };
        let Some(Value::String(word)) = find(operation, "op") else { return Err(Fault::InvalidSyntax) };
        let path = match find(operation, "path") {
            None | Some(Value::Null) => None,
            Some(Value::String(path)) => Some(path),
            Some(_) => return Err(Fault::InvalidPath),
        };
        let value = find(operation, "value");
        match (word.to_ascii_lowercase().as_str(), path, value) {
            ("add" | "replace", Some(path), Some(value)) => set(&mut change, &target(path)?, value)?,
            ("add" | "replace", None, Some(Value::Object(members))) => {
                for (name, value) in members {
                    match target(name)? {
                        // Some send the whole user, with what is ours to say.
                        Attribute::Id | Attribute::ResourceType => {}
                        attribute => change.take(&attribute, value)?,
                    }
                }
            }
            ("add" | "replace", None, Some(_)) | ("add" | "replace", _, None) => return Err(Fault::InvalidValue),
            ("remove", Some(path), _) => remove(&mut change, &target(path)?)?,
            ("remove", None, _) => return Err(Fault::NoTarget),
            _ => return Err(Fault::InvalidSyntax),
        }
    }
    Ok(change)
}

fn set(change: &mut Change, attribute: &Attribute, value: &Value) -> Result<(), Fault> {
    match attribute {
        Attribute::Id | Attribute::ResourceType => Err(Fault::Mutability),
        attribute => change.take(attribute, value),
    }
}

fn remove(change: &mut Change, attribute: &Attribute) -> Result<(), Fault> {
    match attribute {
        Attribute::ExternalId => change.external_id = Some(None),
        // She cannot do without: whether she belongs is said, not left out.
        Attribute::UserName | Attribute::Id | Attribute::Active | Attribute::ResourceType => {
            return Err(Fault::Mutability);
        }
        Attribute::Other => {}
    }
    Ok(())
}

/// The attribute at a path: `name`, `name.part`, `name[filter]`, `name[filter].part`.
fn target(path: &str) -> Result<Attribute, Fault> {
    if path.len() > crate::Filter::LONGEST {
        return Err(Fault::InvalidPath);
    }
    let mut reader = Reader { rest: path.trim_matches(' '), depth: 0, comparisons: 0, searches: 0 };
    let name = reader.token();
    // The schema of everything that is said here is no attribute: what is said below it would be passed over.
    if name.eq_ignore_ascii_case(CORE_USER) {
        return Err(Fault::InvalidPath);
    }
    let attribute = Attribute::parse(name).ok_or(Fault::InvalidPath)?;
    if let Some(rest) = reader.rest.strip_prefix('[') {
        if attribute != Attribute::Other {
            return Err(Fault::InvalidPath);
        }
        reader.rest = rest.trim_start_matches(' ');
        reader.within(']').map_err(|_| Fault::InvalidPath)?;
        if let Some(rest) = reader.rest.strip_prefix('.') {
            reader.rest = rest;
            Attribute::parse(reader.token()).ok_or(Fault::InvalidPath)?;
        }
    }
    if reader.rest.is_empty() { Ok(attribute) } else { Err(Fault::InvalidPath) }
}

/// A member by its name, which is compared without regard to case.
fn find<'a>(members: &'a serde_json::Map<String, Value>, name: &str) -> Option<&'a Value> {
    let exactly = members.get(name);
    exactly.or_else(|| members.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}
