//! SQL on an object's storage, where every call may fail and says so.
//!
//! The platform's binding takes it that rows can always be read. When they cannot, its exception runs through Rust that
//! does not expect it, and ends the instance with every object in it: the caller waits for minutes, and not she alone.

use js_sys::Array;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::{Error, Result, SqlStorageValue, State};

#[wasm_bindgen]
extern "C" {
    type Storage;

    #[wasm_bindgen(method, catch, variadic)]
    fn exec(this: &Storage, query: &str, bindings: &Array) -> core::result::Result<Cursor, JsValue>;

    type Cursor;

    #[wasm_bindgen(method, catch, js_name = toArray)]
    fn to_array(this: &Cursor) -> core::result::Result<Array, JsValue>;
}

/// An object's database.
pub(crate) struct Sql(Storage);

/// What a statement gives.
pub(crate) struct Rows(Cursor);

impl Sql {
    pub(crate) fn of(state: &State) -> Sql {
        let sql: JsValue = state.storage().sql().as_ref().clone();
        Sql(sql.unchecked_into())
    }

    /// Executes one statement.
    pub(crate) fn exec(&self, query: &str, bindings: impl Into<Option<Vec<SqlStorageValue>>>) -> Result<Rows> {
        let bindings: Array = bindings.into().unwrap_or_default().into_iter().map(JsValue::from).collect();
        Ok(Rows(self.0.exec(query, &bindings)?))
    }
}

impl Rows {
    /// All of them.
    pub(crate) fn to_array<T: DeserializeOwned>(&self) -> Result<Vec<T>> {
        self.0.to_array()?.iter().map(|row| Ok(serde_wasm_bindgen::from_value(row)?)).collect()
    }

    /// The only one.
    pub(crate) fn one<T: DeserializeOwned>(&self) -> Result<T> {
        let mut rows = self.to_array()?.into_iter();
        match (rows.next(), rows.next()) {
            (Some(row), None) => Ok(row),
            _ => Err(Error::from("one row was expected")),
        }
    }
}
