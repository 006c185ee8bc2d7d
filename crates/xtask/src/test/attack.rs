//! `cargo xtask test attack`: the tests that are named after an attack, gathered from all parts and told attack by
//! attack. The list of attacks is `tests/attack/cases.txt`; one without a test fails.
//!
//! A test carries the ids at the beginning of its name: `g10_g18_another_role_…`.

use super::{browser_command, core_command, edge_command};
use crate::setup::Programs;
use crate::{Outcome, build, project, run};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

pub(super) fn attack(programs: &Programs) -> Outcome {
    let path = project::root().join("tests/attack/cases.txt");
    let list = fs::read_to_string(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    build::all()?;
    let mut results: BTreeMap<&str, Vec<(String, bool)>> = cases(&list).map(|(id, _)| (id, Vec::new())).collect();
    let commands: [&dyn Fn() -> Outcome<Command>; 3] =
        [&core_command, &|| edge_command(programs, |_| true), &|| Ok(browser_command(programs))];
    for command in commands {
        for (test, passed) in run_named(command()?, command()?)? {
            for id in ids(&test) {
                if let Some(tests) = results.get_mut(id.as_str()) {
                    tests.push((test.clone(), passed));
                }
            }
        }
    }
    let mut failed = 0;
    println!();
    for (id, what) in cases(&list) {
        let tests = &results[id];
        let wrong: Vec<&str> = tests.iter().filter(|(_, passed)| !passed).map(|(test, _)| test.as_str()).collect();
        let word = match (tests.len(), wrong.len()) {
            (0, _) => "NO TEST".to_owned(),
            (count, 0) => format!("passed {count:>3}"),
            _ => format!("FAILED {}", wrong.join(", ")),
        };
        failed += usize::from(!word.starts_with("passed"));
        println!("{id}  {word:<10}  {what}");
    }
    let passed = results.len() - failed;
    println!("\nattack: {passed} passed, {failed} failed");
    if failed == 0 { Ok(()) } else { Err(format!("{failed} attacks are not survived, or not tested")) }
}

/// Runs the tests that are named after an attack, and shows what they print. Each one's name and whether it passed.
fn run_named(mut list: Command, mut command: Command) -> Outcome<Vec<(String, bool)>> {
    let list = run::output(list.args(["--", "--list", "--format", "terse"]).stderr(Stdio::inherit()))?;
    let named: Vec<&str> =
        list.lines().filter_map(|line| line.strip_suffix(": test")).filter(|test| !ids(test).is_empty()).collect();
    command.args(["--no-fail-fast", "--", "--exact"]).args(&named).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("the tests could not be started: {error}"))?;
    let output = child.stdout.take().ok_or("the tests have no output")?;
    let mut failures = Vec::new();
    let mut in_list = false;
    for line in BufReader::new(output).lines() {
        let line = line.map_err(|error| format!("the tests' output cannot be read: {error}"))?;
        println!("{line}");
        // The list of names at the end; what is printed between the words of a line does not disturb it.
        in_list = line == "failures:" || in_list && !line.starts_with("test result");
        if in_list && line.starts_with("    ") {
            failures.push(line.trim().to_owned());
        }
    }
    let status = child.wait().map_err(|error| format!("the tests could not be waited for: {error}"))?;
    if !status.success() && failures.is_empty() {
        return Err(format!("the tests ended by themselves ({status})"));
    }
    Ok(named.into_iter().map(|test| (test.to_owned(), !failures.iter().any(|failure| failure == test))).collect())
}

fn cases(list: &str) -> impl Iterator<Item = (&str, &str)> {
    list.lines().filter_map(|line| line.split_once(' '))
}

/// The attacks that a test is named after.
fn ids(test: &str) -> Vec<String> {
    let name = test.rsplit("::").next().unwrap_or(test);
    let is_id = |word: &&str| {
        let [letter, tens, ones] = word.as_bytes() else { return false };
        letter.is_ascii_lowercase() && tens.is_ascii_digit() && ones.is_ascii_digit()
    };
    name.split('_').take_while(is_id).map(str::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::{cases, ids};

    #[test]
    fn the_ids_are_at_the_beginning_of_the_name() {
        assert_eq!(ids("roles::g10_g18_another_role_leaves"), ["G10", "G18"]);
        assert_eq!(ids("step_up::chromium::a09_five_wrong"), ["A09"]);
        assert!(ids("key_uri::what_a09_is_no_name").is_empty());
    }

    #[test]
    fn a_case_is_an_id_and_a_sentence() {
        assert_eq!(cases("A01 one\nA02 two, too\n").collect::<Vec<_>>(), [("A01", "one"), ("A02", "two, too")]);
    }
}
