//! Enumerations in the API description.

use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use crate::detectors::Registry;

/// An enumeration of these words.
pub fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words.into_iter().map(|word| json!(word))))
}

/// The name of an existing detector.
pub struct Detector;

impl PartialSchema for Detector {
    fn schema() -> RefOr<Schema> {
        one_of(Registry::built_in().names())
            .description(Some("The name of a detector"))
            .into()
    }
}

impl ToSchema for Detector {}

/// Lists the registered detectors wherever the description has the built-in ones.
pub fn name_detectors(description: &mut Value, registry: &Registry) {
    let built_in = json!(Registry::built_in().names());
    replace_words(description, &built_in, &json!(registry.names()));
}

fn replace_words(part: &mut Value, old: &Value, new: &Value) {
    match part {
        Value::Object(fields) => {
            for (name, field) in fields {
                if name == "enum" && field == old {
                    *field = new.clone();
                } else {
                    replace_words(field, old, new);
                }
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| replace_words(item, old, new)),
        _ => {}
    }
}
