//! Growth, measured: what a sign-in, a page and a switch-off take in a tenant of ten, a thousand, a hundred thousand and
//! a million members; a sign-in beside a thousand other tenants; and how much one tenant's object bears.
//!
//! Against the real workerd with its state on disk, through the public doors, one request at a time. All sizes stand on
//! one edge and are asked in turn in the same run, so that whatever else the machine does falls on all alike. Nobody is
//! held to a time: what is held to is that every answer is a success and counts as many as there are.
//!
//! A few members of each tenant really enrol, and those are who sign in. The others are copies (see [`crowd`]): each has
//! her row in the tenant's directory and an entry in its log, and a thousand of them an object of their own. What grows
//! with members is the tenant's object; a member's own knows of nobody else.
//!
//! `cargo xtask bench growth` starts it, with `edge.mjs` in wrangler's place. Sizes may be named; a million takes some
//! ten minutes and 2 GB.

mod busy;
#[path = "../crowd.rs"]
mod crowd;
#[path = "../databases.rs"]
mod databases;
mod hot;
mod members;
mod pairs;
mod place;
mod rows;
mod tenants;

use std::process::ExitCode;

use rows::Rows;

/// Members, unless others are named.
const SIZES: [usize; 3] = [10, 1_000, 100_000];

fn main() -> ExitCode {
    let sizes: Option<Vec<usize>> =
        std::env::args().skip(1).map(|size| size.parse().ok().filter(|size| *size >= 10)).collect();
    let Some(mut sizes) = sizes else {
        eprintln!("Each argument is a number of members, 10 or more.");
        return ExitCode::FAILURE;
    };
    if sizes.is_empty() {
        sizes.extend(SIZES);
    }
    // Each is measured beside the least.
    sizes.push(10);
    sizes.sort_unstable();
    sizes.dedup();
    let mut rows = Rows::default();
    members::measure(&sizes, &mut rows);
    tenants::measure(&mut rows);
    hot::measure(&mut rows);
    rows.write();
    ExitCode::SUCCESS
}
