//! Replaces the views on `PostgreSQL` in place, so that dependent views and rights remain.

use std::fmt;

use sqlx::{AssertSqlSafe, PgPool};

use super::{Db, limits, shown};

/// The columns of each view, as this program makes it.
const VIEWS: [(&str, &[&str]); 2] = [
    (
        "vw_slo_daily",
        &[
            "d",
            "ingest_records",
            "ingest_success_rate_pct",
            "scheduler_on_time_pct",
            "api_latency_p95_ms",
        ],
    ),
    (
        "vw_ops_health",
        &[
            "alerts_last_hour",
            "critical_last_24h",
            "remediations_last_hour",
            "remediation_failures_24h",
        ],
    ),
];

/// A reader blocks the replacement, and every writer of this program waits meanwhile.
const READERS_WAIT: &str = "SET LOCAL lock_timeout = '2s'";

/// The existing object with the view's name. PostgreSQL keeps a view's meaning, not its text; the text is stored in its
/// comment.
const STANDING: &str =
    "SELECT CAST(c.relkind AS TEXT) AS kind, CAST(pg_get_userbyid(c.relowner) AS TEXT) AS owner,
        pg_has_role(c.relowner, 'USAGE') AS is_ours, obj_description(c.oid, 'pg_class') AS comment,
        ARRAY(SELECT CAST(quote_ident(a.attname) AS TEXT) FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum) AS columns,
        ARRAY(SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum) AS types,
        ARRAY(SELECT DISTINCT CASE WHEN r.ev_class <> c.oid
                THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)
                ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END
            FROM pg_depend d LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
            WHERE ((d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid)
                    OR (d.refclassid = 'pg_type'::regclass AND d.refobjid = c.reltype))
                AND ((d.deptype = 'n' AND r.ev_class IS DISTINCT FROM c.oid)
                    OR d.classid = 'pg_trigger'::regclass
                    OR (r.ev_class = c.oid AND r.rulename <> '_RETURN'))) AS dependants,
        ARRAY(SELECT 'GRANT ' || g.privilege_type || ' ON ' || quote_ident(c.relname) || ' TO '
                || CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END
                || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
            FROM aclexplode(c.relacl) g WHERE g.grantee <> c.relowner) AS grants
    FROM pg_class c WHERE c.oid = to_regclass($1)";

#[derive(sqlx::FromRow)]
struct Standing {
    kind: String,
    owner: String,
    is_ours: bool,
    comment: Option<String>,
    columns: Vec<String>,
    types: Vec<String>,
    /// The objects that would be dropped with it.
    dependants: Vec<String>,
    /// The statements that would give them again.
    grants: Vec<String>,
}

/// The reason why a view cannot be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    pub view: &'static str,
    pub why: String,
    pub advice: String,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { view, why, advice } = self;
        write!(f, "{view} stays as it is: {why}; {advice}")
    }
}

/// The necessary change of a view.
enum Step {
    Nothing,
    /// In one transaction.
    Run(Vec<String>),
    Leave(Obstacle),
}

impl Db {
    /// The views that the next start cannot replace; none on `SQLite`.
    pub async fn view_obstacles(&self) -> sqlx::Result<Vec<Obstacle>> {
        let Self::Postgres(pool, ..) = self else {
            return Ok(Vec::new());
        };
        let mut obstacles = Vec::new();
        for (name, columns, wanted) in views(&self.slo_definition().await?) {
            if let Step::Leave(obstacle) = step(name, columns, wanted, standing(pool, name).await?)
            {
                obstacles.push(obstacle);
            }
        }
        Ok(obstacles)
    }

    pub(super) async fn replace_views(&self, slo: &str) -> sqlx::Result<Vec<Obstacle>> {
        let Self::Postgres(pool, ..) = self else {
            return Ok(Vec::new());
        };
        let mut obstacles = Vec::new();
        for (name, columns, wanted) in views(slo) {
            match step(name, columns, wanted, standing(pool, name).await?) {
                Step::Nothing => {}
                Step::Leave(obstacle) => obstacles.push(obstacle),
                Step::Run(statements) => self.run(statements).await?,
            }
        }
        Ok(obstacles)
    }

    async fn run(&self, statements: Vec<String>) -> sqlx::Result<()> {
        if let Self::Postgres(pool, ..) = self {
            let mut tx = pool.begin_with(limits::begin()).await?;
            sqlx::query(READERS_WAIT).execute(&mut *tx).await?;
            for statement in statements {
                sqlx::query(AssertSqlSafe(statement))
                    .execute(&mut *tx)
                    .await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }
}

fn views(slo: &str) -> [(&'static str, &'static [&'static str], &str); 2] {
    let [(days, of_days), (health, of_health)] = VIEWS;
    [
        (days, of_days, slo),
        (health, of_health, shown::HEALTH_POSTGRES),
    ]
}

async fn standing(pool: &PgPool, view: &str) -> sqlx::Result<Option<Standing>> {
    sqlx::query_as(STANDING)
        .bind(view)
        .fetch_optional(pool)
        .await
}

fn step(view: &'static str, columns: &[&str], wanted: &str, standing: Option<Standing>) -> Step {
    let comment = format!("COMMENT ON VIEW {view} IS '{}'", wanted.replace('\'', "''"));
    let make = format!("CREATE VIEW {view} AS {wanted}");
    let Some(standing) = standing else {
        return Step::Run(vec![make, comment]);
    };
    if standing.comment.as_deref() == Some(wanted) {
        return Step::Nothing;
    }
    let obstacle = |why: String, advice: String| Step::Leave(Obstacle { view, why, advice });
    if standing.kind != "v" {
        return obstacle(
            "it is no view".to_owned(),
            "rename it, so that the view can be made".to_owned(),
        );
    }
    if !standing.is_ours {
        let owner = &standing.owner;
        return obstacle(
            format!("it belongs to the role {owner}"),
            format!(
                "run as that role or a superuser: DROP VIEW {view}, or give this account the role {owner}"
            ),
        );
    }
    let foreign: Vec<&str> = standing
        .columns
        .iter()
        .map(String::as_str)
        .filter(|column| !columns.contains(column))
        .collect();
    if foreign.is_empty() {
        let replace = in_place(view, columns, wanted, &standing);
        return Step::Run(vec![replace, comment]);
    }
    if standing.dependants.is_empty() {
        let drop = format!("DROP VIEW {view}");
        let statements = [drop, make, comment].into_iter().chain(standing.grants);
        return Step::Run(statements.collect());
    }
    obstacle(
        format!(
            "it has columns of another program ({}), and what needs it would go with it: {}",
            foreign.join(", "),
            standing.dependants.join(", ")
        ),
        "drop that, restart, and make it again".to_owned(),
    )
}

/// A view must keep its columns, in their order and with their types; new ones follow.
fn in_place(view: &str, columns: &[&str], wanted: &str, standing: &Standing) -> String {
    let kept = standing.columns.iter().zip(&standing.types);
    let mut shown: Vec<String> = kept
        .map(|(column, kind)| format!("CAST({column} AS {kind}) AS {column}"))
        .collect();
    let is_new = |column: &&&str| standing.columns.iter().all(|known| known != **column);
    shown.extend(columns.iter().filter(is_new).map(ToString::to_string));
    format!(
        "CREATE OR REPLACE VIEW {view} AS SELECT {} FROM ({wanted}) made",
        shown.join(", ")
    )
}
