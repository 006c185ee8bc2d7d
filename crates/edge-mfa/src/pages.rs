//! Lists that the API gives out in pages.

use serde_json::Value;

use crate::door::Door;
use crate::failure::{Failure, Outcome};

/// One page: its items, and where the next begins.
pub(crate) struct Page {
    pub(crate) items: Vec<Value>,
    /// As the API gave it: text, or a number.
    pub(crate) next: Option<Value>,
}

/// One page of the list `name` at `path`.
pub(crate) fn page(
    door: &Door,
    path: &str,
    name: &str,
    query: &[(&str, String)],
    after: Option<&Value>,
) -> Outcome<Page> {
    let mut query = query.to_vec();
    if let Some(after) = after {
        query.push(("after", after.as_str().map_or_else(|| after.to_string(), str::to_owned)));
    }
    let mut answer = door.get(path, &query)?;
    let next = answer.get("next").filter(|next| !next.is_null()).cloned();
    if next.is_some() && next.as_ref() == after {
        return Err(Failure::Failed(format!("{} gave out the same page of {name} twice.", door.address())));
    }
    match answer.get_mut(name).map(Value::take) {
        Some(Value::Array(items)) => Ok(Page { items, next }),
        _ => Err(Failure::Failed(format!(
            "{} answered something else than {name}. It may be of another version than this tool.",
            door.address()
        ))),
    }
}

/// Every item of the list, handed over as they come.
pub(crate) fn each(
    door: &Door,
    path: &str,
    name: &str,
    query: &[(&str, String)],
    mut item: impl FnMut(&Value) -> Outcome,
) -> Outcome {
    let mut after = None;
    loop {
        let Page { items, next } = page(door, path, name, query, after.as_ref())?;
        items.iter().try_for_each(&mut item)?;
        if next.is_none() {
            return Ok(());
        }
        after = next;
    }
}
