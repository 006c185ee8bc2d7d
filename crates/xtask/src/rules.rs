//! `cargo xtask rules`: one rule of the core after the other is broken by one line, and exactly the tests fail
//! that are to fail. The rules, the lines and the tests are in `crates/mfa-core/rules.txt`.
//!
//! Random tests (laws, model, bound) are left out: whether they find it depends on what they draw. `cargo xtask campaign
//! mutation` is the rest.

use crate::{Outcome, project, run};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A rule, the line that breaks it, and the tests that notice.
#[derive(Debug, Default, PartialEq)]
struct Rule<'a> {
    name: &'a str,
    file: &'a str,
    line: &'a str,
    broken: &'a str,
    tests: BTreeSet<&'a str>,
}

pub(crate) fn rules() -> Outcome {
    let text = read(&project::root().join("crates/mfa-core/rules.txt"))?;
    let rules = parse(&text)?;
    let tree = project::root().join("target/rules/tree");
    copy_tree(&tree)?;
    let sound = failures(&tree)?;
    if !sound.is_empty() {
        return Err(format!("these tests fail as it is: {sound:?}"));
    }
    let mut wrong = 0;
    for rule in &rules {
        let file = tree.join("crates/mfa-core/src").join(rule.file);
        let source = read(&file)?;
        if source.matches(rule.line).count() != 1 {
            return Err(format!("`{}` is not in {} exactly once", rule.line, rule.file));
        }
        write(&file, &source.replacen(rule.line, rule.broken, 1))?;
        let failed = failures(&tree);
        write(&file, &source)?;
        let failed = failed?;
        let failed: BTreeSet<&str> = failed.iter().map(String::as_str).collect();
        if failed == rule.tests {
            println!("noticed by {:>2}  {}", failed.len(), rule.name);
        } else {
            wrong += 1;
            println!("WRONG          {}", rule.name);
            failed.difference(&rule.tests).for_each(|test| println!("    fails too:   {test}"));
            rule.tests.difference(&failed).for_each(|test| println!("    still holds: {test}"));
        }
    }
    println!("\nrules: {} noticed by exactly their tests, {wrong} not", rules.len() - wrong);
    if wrong == 0 { Ok(()) } else { Err(format!("{wrong} rules are not noticed by exactly their tests")) }
}

fn parse(text: &str) -> Outcome<Vec<Rule<'_>>> {
    let mut rules: Vec<Rule> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if word == "rule" {
            rules.push(Rule { name: rest, ..Rule::default() });
            continue;
        }
        let rule = rules.last_mut().ok_or("a line before the first rule")?;
        match word {
            "in" => rule.file = rest,
            "-" => rule.line = rest,
            "+" => rule.broken = rest,
            "fails" => _ = rule.tests.insert(rest),
            _ => return Err(format!("no line of a rule: {line}")),
        }
    }
    Ok(rules)
}

/// What git knows of, so that nothing in the checkout itself is ever changed.
fn copy_tree(tree: &Path) -> Outcome {
    let files = run::output(run::program("git").args(["ls-files"]))?;
    for file in files.lines() {
        let (from, to) = (project::root().join(file), tree.join(file));
        // Written only where it differs: what is built need not be built again.
        let bytes = fs::read(&from).map_err(|error| format!("{}: {error}", from.display()))?;
        if fs::read(&to).is_ok_and(|there| there == bytes) {
            continue;
        }
        let made = fs::create_dir_all(to.parent().unwrap_or(tree)).and_then(|()| fs::write(&to, bytes));
        made.map_err(|error| format!("{}: {error}", to.display()))?;
    }
    Ok(())
}

/// The names of the tests that fail.
fn failures(tree: &Path) -> Outcome<BTreeSet<String>> {
    let mut cargo = run::cargo();
    cargo.args(
        "test --quiet --package mfa-core --features serde --lib -- --skip laws --skip model --skip bound".split(' '),
    );
    cargo.current_dir(tree).env("CARGO_TARGET_DIR", project::root().join("target/rules/build"));
    cargo.env("RUSTFLAGS", "--allow=warnings");
    let output = cargo.output().map_err(|error| format!("cargo could not be started: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !text.contains("test result: ") {
        return Err(format!("the tests did not run:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    let list = text.rsplit_once("failures:\n").map_or("", |(_, list)| list);
    let names = list.lines().take_while(|line| !line.starts_with("test result")).map(str::trim);
    Ok(names.filter(|name| !name.is_empty()).map(|name| name.replace("member::tests::", "")).collect())
}

fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> Outcome {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::{Rule, parse, project, read};

    #[test]
    fn every_rule_names_a_line_of_today() {
        let core = project::root().join("crates/mfa-core");
        let text = read(&core.join("rules.txt")).unwrap();
        for rule in parse(&text).unwrap() {
            let source = read(&core.join("src").join(rule.file)).unwrap();
            assert_eq!(source.matches(rule.line).count(), 1, "{}: {}", rule.file, rule.line);
        }
    }

    #[test]
    fn a_rule_is_a_file_two_lines_and_tests() {
        let text = "# Why\nrule B01 a code works once\nin member/code.rs\n- a <= b\n+ a < b\nfails x::y\nfails z\n";
        let rule = Rule {
            name: "B01 a code works once",
            file: "member/code.rs",
            line: "a <= b",
            broken: "a < b",
            tests: ["x::y", "z"].into(),
        };
        assert_eq!(parse(text), Ok(vec![rule]));
        assert!(parse("in a\n").is_err() && parse("rule a\nwhat\n").is_err());
    }
}
