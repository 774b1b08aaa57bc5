//! The domain's types as the description of the REST API lists them.

use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use crate::{
    Act, ActOutcome, Aftermath, Door, Judgement, MeasureStatus, RemediationStatus, RunStatus,
    Scope, Severity, SilencePhase, Span, Status,
};

fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

macro_rules! enums {
    ($($kind:ident as $name:literal),* $(,)?) => {$(
        impl PartialSchema for $kind {
            fn schema() -> RefOr<Schema> {
                string().enum_values(Some($kind::WORDS)).description(Some($kind::ABOUT)).into()
            }
        }

        impl ToSchema for $kind {
            fn name() -> Cow<'static, str> {
                $name.into()
            }
        }
    )*};
}

enums! {
    Act as "Act",
    ActOutcome as "ActOutcome",
    Aftermath as "Aftermath",
    Door as "Door",
    Judgement as "Judgement",
    MeasureStatus as "MeasureStatus",
    RemediationStatus as "RemediationStatus",
    RunStatus as "RunStatus",
    Severity as "Severity",
    SilencePhase as "SilencePhase",
    Status as "CheckStatus",
}

macro_rules! texts {
    ($($kind:ident),*) => {$(
        impl PartialSchema for $kind {
            fn schema() -> RefOr<Schema> {
                string().into()
            }
        }

        impl ToSchema for $kind {}
    )*};
}

texts!(Scope, Span);
