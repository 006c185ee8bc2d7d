//! `cargo xtask screenshots`: the README's pictures, made anew from the real pages.

use crate::{Outcome, build, project, run, setup};

/// The README's language.
const OURS: &str = "en";

/// In English the README's own pictures; in another language the same ones, beside what is built.
pub(crate) fn screenshots(language: &str) -> Outcome {
    let words = project::root().join("www/locales").join(format!("{language}.json"));
    if !language.chars().all(|letter| letter.is_ascii_lowercase()) || !words.is_file() {
        return Err(format!("the pages do not speak `{language}`: there is no www/locales/{language}.json"));
    }
    let folder = match language {
        OURS => "tests/browser/pictures".to_owned(),
        other => format!("target/screenshots/{other}"),
    };
    let programs = setup::for_testing()?;
    build::all()?;
    println!("taking pictures, into {folder}");
    let mut cargo = run::cargo();
    cargo.args(["run", "--quiet", "--package", "edge-mfa-tests", "--example", "screenshots", "--", language]);
    cargo.arg(project::root().join(&folder));
    cargo.env("EDGE_MFA_ROOT", project::root());
    cargo.env("EDGE_MFA_WRANGLER", project::node_bin().join("wrangler")).env("EDGE_MFA_SKIP_BUILD", "1");
    cargo.envs(programs.variables.iter().map(|(variable, path)| (variable, path)));
    run::show(&mut cargo)
}

/// Without a language.
pub(crate) fn ours() -> Outcome {
    screenshots(OURS)
}

#[cfg(test)]
mod tests {
    use super::project;

    #[test]
    fn every_picture_is_in_the_readme_and_there_in_both_themes() {
        let root = project::root();
        let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
        let entries = std::fs::read_dir(root.join("tests/browser/pictures")).unwrap().flatten();
        let names: Vec<_> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        let told = |name: &String| readme.contains(&format!("tests/browser/pictures/{name}"));
        assert!(!names.is_empty() && names.iter().all(told), "{names:?}");
        let other = |name: &String| name.replace("-light.", "-dark.");
        assert!(names.iter().filter(|name| name.contains("-light.")).all(|name| names.contains(&other(name))));
        let shown = readme.matches("tests/browser/pictures/").count();
        assert_eq!(shown, names.len(), "one is shown that is not there, or twice");
    }
}
