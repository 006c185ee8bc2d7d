//! The crates that are linked into what is shipped: normal dependencies for wasm32, without what runs only while
//! compiling (macros, build scripts) and without what only tests use.

use crate::{Outcome, run};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
}

pub(super) struct Linked {
    pub(super) root: Package,
    /// The root among them: its licence, and what it needs directly.
    pub(super) packages: BTreeMap<Package, (String, BTreeSet<Package>)>,
}

impl Linked {
    /// Two versions of one crate.
    pub(super) fn twice(&self) -> Option<(&Package, &Package)> {
        // In the order of their names.
        let neighbours = self.packages.keys().zip(self.packages.keys().skip(1));
        neighbours.into_iter().find(|(one, next)| one.name == next.name)
    }
}

pub(super) fn into(root: &str) -> Outcome<Linked> {
    let mut tree = run::cargo();
    tree.args(["tree", "--locked", "--package", root, "--target", "wasm32-unknown-unknown"]);
    tree.args(["--edges", "normal,no-proc-macro", "--prefix", "depth", "--format", "|{p}|{l}"]);
    parse(&run::output(&mut tree)?).ok_or(format!("`cargo tree` says something unexpected of {root}"))
}

/// Lines like `2|hmac v0.13.0|MIT OR Apache-2.0`; ` (*)` at the end of those whose dependencies were listed before.
pub(super) fn parse(tree: &str) -> Option<Linked> {
    let mut packages: BTreeMap<Package, (String, BTreeSet<Package>)> = BTreeMap::new();
    let mut above: Vec<Package> = Vec::new();
    for line in tree.lines() {
        let (depth, rest) = line.split_once('|')?;
        let (package, licence) = rest.split_once('|')?;
        let mut words = package.split(' ');
        let package = Package { name: words.next()?.to_owned(), version: words.next()?.strip_prefix('v')?.to_owned() };
        // The old way to write "or".
        let licence = licence.trim_end_matches(" (*)").replace('/', " OR ");
        packages.entry(package.clone()).or_insert_with(|| (licence, BTreeSet::new()));
        above.truncate(depth.parse().ok()?);
        if let Some(user) = above.last() {
            packages.get_mut(user)?.1.insert(package.clone());
        }
        above.push(package);
    }
    let root = above.first()?.clone();
    Some(Linked { root, packages })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_graph_is_read_from_the_indented_tree() {
        let tree = "0|app v0.1.0 (/somewhere)|MIT\n1|a v1.0.0|MIT/Apache-2.0\n2|c v3.0.0|ISC\n1|b v2.0.0|MIT\n\
                    2|a v1.0.0|MIT/Apache-2.0 (*)";
        let linked = parse(tree).unwrap();
        assert_eq!(linked.root.name, "app");
        let told: Vec<String> = linked
            .packages
            .iter()
            .map(|(package, (licence, needs))| {
                let needs: Vec<&str> = needs.iter().map(|package| package.name.as_str()).collect();
                format!("{} {} {licence}: {}", package.name, package.version, needs.join(" "))
            })
            .collect();
        assert_eq!(told, ["a 1.0.0 MIT OR Apache-2.0: c", "app 0.1.0 MIT: a b", "b 2.0.0 MIT: a", "c 3.0.0 ISC: "]);
        assert!(linked.twice().is_none());
        assert!(parse("error: no such package").is_none());
    }

    #[test]
    fn two_versions_of_one_crate_are_found() {
        let linked = parse("0|app v0.1.0|MIT\n1|a v1.0.0|MIT\n2|b v1.0.0|MIT\n1|b v2.0.0|MIT").unwrap();
        assert!(linked.twice().is_some_and(|(one, next)| (one.name.as_str(), next.version.as_str()) == ("b", "2.0.0")));
    }
}
