//! Compliance with the service levels.

use std::{ops::RangeInclusive, sync::Arc};

use axum::{Json, extract::State};
use chrono::{Days, NaiveDate};
use serde_json::json;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    auth::Reader,
    compliance::Compliance,
    error::ApiError,
    invalid_parameter::{InvalidParameter, integer},
    parameters::{Day, Value, whole},
    query::{Query, query},
};
use crate::{
    context::Context,
    ops::slo::{DEFAULT_DAYS, calculate_slo_compliance, last_days},
};

/// A year and a day, to compare a date with the same date a year ago.
const RANGE_DAYS_MAX: i64 = 366;

/// A number of days up to today.
pub struct LastDays(u32);

impl LastDays {
    const RANGE: RangeInclusive<u32> = 1..=90;
}

impl Value for LastDays {
    fn parse(name: &'static str, text: &str) -> Result<Self, InvalidParameter> {
        integer(name, text, &Self::RANGE).map(Self)
    }
}

impl PartialSchema for LastDays {
    fn schema() -> RefOr<Schema> {
        whole()
            .minimum(Some(*Self::RANGE.start()))
            .maximum(Some(*Self::RANGE.end()))
            .default(Some(json!(DEFAULT_DAYS)))
            .into()
    }
}

impl ToSchema for LastDays {}

query! {
    pub struct RangeQuery {
        /// First day; at most 366 days before and including `date_to`
        date_from: Option<Day>,
        /// Last day
        date_to: Option<Day>,
    }
}

query! {
    pub struct SummaryQuery {
        /// The number of days
        days: Option<LastDays>,
    }
}

/// Compliance over a range of days, inclusive; the last 7 days by default
#[utoipa::path(
    get,
    path = "/api/v1/ops/slo",
    operation_id = "slo",
    tag = "service levels",
    security((), ("bearer" = [])),
    params(RangeQuery),
    responses((status = 200, description = "Compliance", body = Compliance)),
)]
pub async fn range(
    _: Reader,
    State(cx): State<Arc<Context>>,
    query: Query<RangeQuery>,
) -> Result<Json<Compliance>, ApiError> {
    let asked = query.read()?;
    let given = (asked.date_from, asked.date_to);
    let (from, to) = complete(&cx, given)?;
    answer(&cx, from, to).await
}

/// Compliance over the last days, today included
#[utoipa::path(
    get,
    path = "/api/v1/ops/slo/summary",
    operation_id = "slo_summary",
    tag = "service levels",
    security((), ("bearer" = [])),
    params(SummaryQuery),
    responses((status = 200, description = "Compliance", body = Compliance)),
)]
pub async fn summary(
    _: Reader,
    State(cx): State<Arc<Context>>,
    query: Query<SummaryQuery>,
) -> Result<Json<Compliance>, ApiError> {
    let days = query.read()?.days;
    let (from, to) = last_days(&cx, days.map_or(DEFAULT_DAYS, |LastDays(days)| days.into()));
    answer(&cx, from, to).await
}

async fn answer(
    cx: &Context,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Json<Compliance>, ApiError> {
    let compliance = calculate_slo_compliance(cx, from, to).await?;
    Ok(Json((&compliance).into()))
}

/// A range without an end ends today; one without a start has the default length.
fn complete(
    cx: &Context,
    (from, to): (Option<Day>, Option<Day>),
) -> Result<(NaiveDate, NaiveDate), ApiError> {
    let to = to.map_or_else(|| last_days(cx, 1).1, |Day(to)| to);
    let from = from.map_or_else(|| to - Days::new(DEFAULT_DAYS - 1), |Day(from)| from);
    if from > to {
        return Err(ApiError::BadRequest(format!(
            "date_from ({from}) is after date_to ({to})"
        )));
    }
    let days = (to - from).num_days() + 1;
    if days > RANGE_DAYS_MAX {
        let problem = format!("the range has {days} days, at most {RANGE_DAYS_MAX} are allowed");
        return Err(InvalidParameter::value("date_from", problem).into());
    }
    Ok((from, to))
}
