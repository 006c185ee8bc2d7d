//! What the kernel says of the runtime's processes.

use std::path::PathBuf;

/// `/proc/<pid>/stat`, proc(5).
pub struct Stat {
    name: String,
    /// From the third field on.
    fields: Vec<String>,
}

impl Stat {
    fn parse(text: &str) -> Option<Self> {
        let (name, fields) = text.split_once('(')?.1.rsplit_once(')')?;
        Some(Self { name: name.to_owned(), fields: fields.split_whitespace().map(str::to_owned).collect() })
    }

    /// A field by its number less one, as it is usually counted from zero.
    pub fn number(&self, field: usize) -> Option<f64> {
        self.fields.get(field - 2)?.parse().ok()
    }
}

/// Every workerd of a process group, with its folder in `/proc`.
pub fn workerds(group: u32) -> impl Iterator<Item = (PathBuf, Stat)> {
    let processes = std::fs::read_dir("/proc").expect("a Linux /proc").flatten();
    let stats = processes.filter_map(|process| {
        let text = std::fs::read_to_string(process.path().join("stat")).ok()?;
        Some((process.path(), Stat::parse(&text)?))
    });
    stats.filter(move |(_, stat)| stat.name == "workerd" && stat.number(4) == Some(f64::from(group)))
}
