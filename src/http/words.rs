//! Enumerations in the API description.

use serde_json::json;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use crate::detectors::DETECTORS;

/// An enumeration of these words.
pub fn one_of(words: impl IntoIterator<Item = &'static str>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words.into_iter().map(|word| json!(word))))
}

/// The name of an existing detector.
pub struct Detector;

impl PartialSchema for Detector {
    fn schema() -> RefOr<Schema> {
        one_of(DETECTORS.iter().map(|detector| detector.name))
            .description(Some("The name of a detector"))
            .into()
    }
}

impl ToSchema for Detector {}
