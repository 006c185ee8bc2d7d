//! Finding somebody by a part of her name.
//!
//! An index of every three letters in a row (FTS5's trigrams; some 76 bytes a member) finds a seldom part among a
//! million. A frequent one needs none: a page of it is full after a look at a few names in their order. So each question
//! looks at a bounded number of names, and where that was not enough, the page says where to go on.

use serde::Deserialize;

use super::TenantObject;
use super::directory::{number, text};
use crate::error::Problem;

/// The names alone, not what became of whoever bears them: a row is written once and stays.
pub(super) const TABLE: &str = "CREATE VIRTUAL TABLE IF NOT EXISTS names \
    USING fts5 (username, tokenize = 'trigram', detail = none, columnsize = 0)";

pub(super) const INSERTED: &str = "CREATE TRIGGER IF NOT EXISTS directory_named AFTER INSERT ON directory BEGIN \
    INSERT INTO names (username) VALUES (new.username); END";

/// Those of a directory that has no such index.
pub(super) const FILL: &str = "INSERT INTO names (username) SELECT username FROM directory";

/// Letters that the index knows together.
const TOGETHER: usize = 3;
/// More names than this are not taken from the index: a part that is so frequent is found by looking.
pub(super) const SELDOM: u64 = 1_000;

/// Whether a name can have this part. None has what is not to be seen in ASCII, which the index could not read either.
pub(super) fn is_possible(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_graphic())
}

/// What finds the names with this part in the index, if it is long enough.
pub(super) fn trigrams(part: &str) -> Option<String> {
    let letters: Vec<char> = part.chars().collect();
    let together = letters.windows(TOGETHER).map(|letters| {
        let letters: String = letters.iter().collect();
        format!("\"{}\"", letters.replace('"', "\"\""))
    });
    let together: Vec<String> = together.collect();
    (!together.is_empty()).then(|| together.join(" AND "))
}

impl TenantObject {
    /// Whether the index knows few enough names with these letters to look at each.
    pub(super) fn is_seldom(&self, trigrams: &str) -> Result<bool, Problem> {
        #[derive(Deserialize)]
        struct Found {
            names: u64,
        }
        let found: Found = self
            .sql()
            .exec(
                "SELECT count(*) AS names FROM (SELECT 1 FROM names WHERE names MATCH ? LIMIT ?)",
                vec![text(trigrams), number(SELDOM.saturating_add(1))?],
            )?
            .one()?;
        Ok(found.names <= SELDOM)
    }
}
