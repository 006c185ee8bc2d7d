//! The object that keeps what isolates have counted. It decides nothing, and no sign-in asks it.

use serde::Deserialize;
use worker::{DurableObject, Env, Request, Response, SqlStorageValue, State, durable_object};

use crate::error::Problem;
use crate::json;
use crate::metrics::Sums;
use crate::object_ref::{self, MetricsAsk};
use crate::sql::Sql;
use crate::transaction::all_or_nothing;

/// The Durable Object.
#[durable_object]
pub struct MetricsObject {
    state: State,
}

impl DurableObject for MetricsObject {
    fn new(state: State, _: Env) -> Self {
        MetricsObject { state }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let asked = json::read(&request.text().await?);
        object_ref::answer(match asked {
            Ok(MetricsAsk::Read) => self.load(),
            Ok(MetricsAsk::Add(sums)) => all_or_nothing(&self.state, || self.add(sums)),
            Err(_) => Err(Problem::alarm("a metrics object was asked something unreadable")),
        })
    }
}

impl MetricsObject {
    fn add(&self, more: Sums) -> Result<Sums, Problem> {
        let mut sums = self.load()?;
        sums.add(more);
        let text = serde_json::to_string(&sums).map_err(|_| Problem::alarm("metrics do not serialize"))?;
        let bindings = vec![SqlStorageValue::String(text)];
        Sql::of(&self.state).exec("INSERT OR REPLACE INTO metrics (id, sums) VALUES (1, ?)", bindings)?;
        Ok(Sums::default())
    }

    /// What cannot be read is counted anew from zero, as Prometheus takes a restart: it is numbers only.
    fn load(&self) -> Result<Sums, Problem> {
        #[derive(Deserialize)]
        struct Row {
            sums: String,
        }
        let sql = Sql::of(&self.state);
        sql.exec(
            "CREATE TABLE IF NOT EXISTS metrics (id INTEGER PRIMARY KEY CHECK (id = 1), sums TEXT NOT NULL)",
            None,
        )?;
        let rows: Vec<Row> = sql.exec("SELECT sums FROM metrics", None)?.to_array()?;
        let kept = rows.first().map(|row| json::read(&row.sums));
        Ok(kept
            .transpose()
            .unwrap_or_else(|_| {
                crate::journal::noted("the metrics could not be read: they begin anew");
                None
            })
            .unwrap_or_default())
    }
}
