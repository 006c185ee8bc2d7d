//! The state machines, under any sequence of commands.

mod bend;
pub(crate) mod member;
pub(crate) mod tenant;
