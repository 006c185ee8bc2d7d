//! The commands of the runbook, taken out of it as they stand, at a tenant of their own.

use edge_mfa_tests::folder::Folder;
use edge_mfa_tests::{Administrator, Edge, Tenant};

use crate::tool::Tool;

const RUNBOOK: &str = include_str!("../../worker/RUNBOOK.md");

/// The lines of its blocks that call the tool.
fn commands() -> Vec<&'static str> {
    let blocks = RUNBOOK.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.flat_map(str::lines).filter(|line| line.starts_with("edge-mfa ")).collect()
}

/// A line as a shell takes it apart, quotes included.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, part) in line.split('\'').enumerate() {
        match number % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words.remove(0);
    words
}

#[test]
fn every_command_of_the_runbook_does_what_it_says() {
    // An edge of its own: keys are rotated in it, and a tenant is closed.
    let edge = Edge::start();
    let anna = Administrator::of(&Tenant::mfa(&edge));
    let (tool, folder) = (Tool::at(&edge), Folder::fresh());
    let export = folder.path().join("export").to_str().expect("a plain path").to_owned();
    let commands = commands();
    assert!(commands.len() >= 10, "{commands:?}");
    for line in &commands {
        let words = words(line).into_iter();
        let mut words: Vec<_> =
            words.map(|word| word.replace("acme-export", &export).replace("acme", &anna.tenant().id)).collect();
        if line.contains("--reason") {
            words.push("--yes".to_owned());
        }
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        tool.done(&words);
    }
    for act in ["health", "suspend", "resume", "export", "verify", "break-glass", "restored", "reseal", "status"] {
        assert!(commands.iter().any(|line| line.contains(act)), "{act} is not in the runbook");
    }
    anna.member.pending("enrol");
}

#[test]
fn what_is_wrong_is_told_at_the_terminal_with_what_to_do() {
    let mut edge = Edge::start();
    assert!(Tool::at(&edge).done(&["health"]).contains("KEY_ENCRYPTION_KEYS"));
    edge.spoil("TOKEN_KEYS");
    let said = Tool::at(&edge).refused(&["health"], 1);
    assert!(said.contains("parts need your hand"), "{said}");
}
