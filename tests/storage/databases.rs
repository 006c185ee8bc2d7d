//! The databases of Durable Objects, opened after the edge has stopped: each row, and each file's bytes.

use std::path::{Path, PathBuf};

use edge_mfa_tests::needles::files;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, OpenFlags};

/// One object's database.
#[derive(Debug)]
pub struct Database {
    /// Where it is.
    pub path: PathBuf,
    /// Every row of every table: the table's name, and each column as text.
    pub rows: Vec<(String, Vec<String>)>,
    /// The main file, after a checkpoint: no write-ahead log is left.
    pub bytes: Vec<u8>,
}

impl Database {
    /// The rows of one table.
    pub fn table(&self, name: &str) -> impl Iterator<Item = &Vec<String>> {
        self.rows.iter().filter(move |(table, _)| table == name).map(|(_, row)| row)
    }

    /// All rows in one text.
    pub fn text(&self) -> String {
        self.rows.iter().flat_map(|(_, row)| row).fold(String::new(), |all, cell| all + cell + "\n")
    }
}

/// Opens every object's database below this folder, with the write-ahead log worked in. The edge must have stopped.
pub fn open_all(state: &Path) -> Vec<Database> {
    let paths = files(state).into_iter().map(|(path, _)| path);
    let paths = paths.filter(|path| path.extension().is_some_and(|it| it == "sqlite"));
    let objects = paths.filter(|path| path.components().any(|it| it.as_os_str() == "do"));
    objects.map(open).collect()
}

fn open(path: PathBuf) -> Database {
    let connection = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("a database");
    let busy: i64 =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).expect("a checkpoint");
    assert_eq!(busy, 0, "somebody has {} open", path.display());
    let mut rows = Vec::new();
    for table in tables(&connection) {
        let mut statement = connection.prepare(&format!("SELECT * FROM \"{table}\"")).expect("a table");
        let columns = statement.column_count();
        let found = statement.query_map([], |row| (0..columns).map(|at| row.get(at).map(text)).collect());
        let found: Result<Vec<Vec<String>>, _> = found.expect("rows").collect();
        rows.extend(found.expect("rows").into_iter().map(|row| (table.clone(), row)));
    }
    drop(connection);
    let bytes = std::fs::read(&path).expect("the main file");
    Database { path, rows, bytes }
}

fn tables(connection: &Connection) -> Vec<String> {
    let mut statement = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").expect("a schema");
    let names = statement.query_map([], |row| row.get(0)).expect("names");
    names.collect::<Result<_, _>>().expect("names")
}

fn text(cell: Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Text(text) => text,
        Cell::Blob(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
    }
}
