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

macro_rules! words {
    ($($kind:ident as $name:literal, $about:literal;)*) => {$(
        impl PartialSchema for $kind {
            fn schema() -> RefOr<Schema> {
                string().enum_values(Some($kind::ALL.map($kind::as_str))).description(Some($about)).into()
            }
        }

        impl ToSchema for $kind {
            fn name() -> Cow<'static, str> {
                $name.into()
            }
        }
    )*};
}

words! {
    Act as "Act", "What somebody did, or was refused";
    ActOutcome as "ActOutcome", "What came of an act";
    Aftermath as "Aftermath", "What the detector said when it looked again";
    Door as "Door", "By which way somebody came";
    Judgement as "Judgement", "Whether a tier raises the alarm, or else why not";
    MeasureStatus as "MeasureStatus", "Whether there is a figure. no_data where what feeds the target gave none, which fails; not_measured where nothing is configured to feed it, or nothing can have come yet";
    RemediationStatus as "RemediationStatus", "How the action itself went";
    RunStatus as "RunStatus", "How a job's run stands";
    Severity as "Severity", "How bad it is, from the least to the worst";
    SilencePhase as "SilencePhase", "Whether a silence is still to come, keeps back or is over";
    Status as "CheckStatus", "What a check came to; not_measured where nothing feeds it";
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
