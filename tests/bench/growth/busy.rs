//! The processor time that an edge takes.

/// Seconds that every thread of every workerd of a process group has run, to the nanosecond: `/proc/<pid>/task/<tid>/schedstat`.
/// Threads that have ended meanwhile are not counted; workerd's own run as long as it does.
pub fn busy(group: u32) -> f64 {
    let entries = |path: &str| std::fs::read_dir(path).into_iter().flatten().flatten();
    let processes = entries("/proc").filter(|process| is_ours(&process.path().join("stat"), group));
    let threads = processes.flat_map(|process| entries(&process.path().join("task").to_string_lossy()));
    let ran = threads.filter_map(|thread| {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    });
    ran.sum::<f64>() / 1e9
}

/// Whether that is a workerd of the group: name and process group of proc(5).
fn is_ours(stat: &std::path::Path, group: u32) -> bool {
    let Ok(text) = std::fs::read_to_string(stat) else { return false };
    let Some((name, fields)) = text.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')')) else { return false };
    name == "workerd" && fields.split_whitespace().nth(2) == Some(&group.to_string())
}
