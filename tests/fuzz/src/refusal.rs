//! What a refusal may say.

use std::fmt::{Debug, Display};

/// A refusal says one of a few fixed sentences, so it cannot hold what was refused.
pub(crate) fn is_one_of<E: Debug + Display + PartialEq>(error: &E, all: &[E]) {
    assert!(all.contains(error), "a refusal that is not on the list: {error:?}");
    let said = error.to_string();
    assert!(!said.is_empty() && said.len() < 200, "a refusal of {} bytes", said.len());
}
