//! The databases of Durable Objects, once the edge has stopped.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

/// The folders of objects, one for each class. They are called after the Worker and the class, and that is what workerd
/// derives the objects' ids from as well.
pub fn folders(state: &Path) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(state.join("v3/do")).expect("a folder of objects").flatten();
    folders.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

/// The folder of one class.
pub fn folder_of(state: &Path, class: &str) -> PathBuf {
    let mut folders = folders(state).into_iter().filter(|path| is_of(path, class));
    folders.next().unwrap_or_else(|| panic!("no folder for {class}"))
}

/// Whether a folder is that of a class.
pub fn is_of(folder: &Path, class: &str) -> bool {
    folder.to_string_lossy().ends_with(&format!("-{class}"))
}

/// The databases of a class's objects; workerd's own list of their alarms is none of them.
pub fn databases(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).expect("a folder of databases").flatten().map(|entry| entry.path());
    let is_one = |path: &PathBuf| {
        path.extension().is_some_and(|it| it == "sqlite") && path.file_stem().is_some_and(|it| it != "metadata")
    };
    files.filter(is_one).collect()
}

/// The database of a tenant's object.
pub fn database_of(state: &Path, tenant: &str) -> PathBuf {
    let mark = format!("\"slug\":\"{tenant}\"");
    let is_it = |path: &PathBuf| column(&open(path), "SELECT record FROM tenant").iter().any(|it| it.contains(&mark));
    databases(&folder_of(state, "TenantObject")).into_iter().find(is_it).expect("the tenant's object")
}

/// Opens a database, with its write-ahead log worked in.
pub fn open(path: &Path) -> Connection {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("a database");
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).expect("a log");
    assert_eq!(busy, 0, "somebody has {} open", path.display());
    connection
}

/// A column of a table as text; nothing where there is no such table.
pub fn column(connection: &Connection, query: &str) -> Vec<String> {
    let Ok(mut statement) = connection.prepare(query) else {
        return Vec::new();
    };
    let cells = statement.query_map([], |row| row.get(0)).expect("rows");
    cells.collect::<Result<_, _>>().expect("text")
}
