//! Filters of a directory elsewhere as SQL. Nothing that was sent stands in a statement: texts are bound.

use mfa_scim::{Attribute, Comparison, Filter};
use worker::SqlStorageValue;

use super::directory::{number, text};
use super::provisioning::SINCE;
use crate::error::Problem;
use crate::object_ref::UserId;

/// A filter as SQL. What compares with nothing is NULL there, and counts as not meant.
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) values: Vec<SqlStorageValue>,
}

impl Condition {
    /// Filters nest a few deep and hold a few comparisons: their reader sees to that.
    pub(super) fn add(&mut self, filter: &Filter) -> Result<(), Problem> {
        match filter {
            Filter::Whoever(all) => self.sql.push_str(if *all { "1" } else { "0" }),
            Filter::Active(true) => self.sql.push_str("standing <> 'removed'"),
            Filter::Active(false) => self.sql.push_str("standing = 'removed'"),
            Filter::Has(_) => self.sql.push_str("external_id IS NOT NULL"),
            Filter::Text(attribute, comparison, wanted) => self.compare(attribute, *comparison, wanted)?,
            Filter::Not(inner) => {
                self.sql.push_str("NOT coalesce(");
                self.add(inner)?;
                self.sql.push_str(", 0)");
            }
            Filter::And(left, right) => self.pair(left, " AND ", right)?,
            Filter::Or(left, right) => self.pair(left, " OR ", right)?,
        }
        Ok(())
    }

    fn pair(&mut self, left: &Filter, word: &str, right: &Filter) -> Result<(), Problem> {
        self.sql.push('(');
        self.add(left)?;
        self.sql.push_str(word);
        self.add(right)?;
        self.sql.push(')');
        Ok(())
    }

    fn compare(&mut self, attribute: &Attribute, comparison: Comparison, wanted: &str) -> Result<(), Problem> {
        // An id is two columns: to compare it whole is a lookup, and nobody sorts by it.
        if let (Attribute::Id, Comparison::Is) = (attribute, comparison) {
            match UserId::parse(wanted) {
                None => self.sql.push('0'),
                Some(id) => {
                    self.sql.push_str(&format!("(member = ? AND {SINCE} = ?)"));
                    self.values.extend([text(id.member.as_str()), number(id.since.0.into())?]);
                }
            }
            return Ok(());
        }
        let id = format!("(member || printf('%08x', {SINCE}))");
        let column = match attribute {
            Attribute::UserName => "username",
            Attribute::ExternalId => "external_id",
            Attribute::Id => id.as_str(),
            Attribute::Active | Attribute::ResourceType | Attribute::Other => {
                return Err(Problem::alarm("a filter compares what has no texts"));
            }
        };
        let (sql, times) = match comparison {
            Comparison::Is => (format!("{column} = ?"), 1),
            Comparison::IsNot => (format!("{column} IS NOT ?"), 1),
            Comparison::Contains => (format!("instr({column}, ?) > 0"), 1),
            Comparison::Starts => (format!("substr({column}, 1, length(?)) = ?"), 2),
            Comparison::Ends => (format!("substr({column}, max(length({column}) - length(?), 0) + 1) = ?"), 2),
            Comparison::After => (format!("{column} > ?"), 1),
            Comparison::NotBefore => (format!("{column} >= ?"), 1),
            Comparison::Before => (format!("{column} < ?"), 1),
            Comparison::NotAfter => (format!("{column} <= ?"), 1),
        };
        self.sql.push_str(&sql);
        self.values.extend((0..times).map(|_| text(wanted)));
        Ok(())
    }
}
