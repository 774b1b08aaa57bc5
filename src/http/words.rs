//! The words of the domain's tables, as answers hold them and as the description of this API lists them.

use serde::{Serialize, Serializer};
use serde_json::json;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use crate::{
    detectors::DETECTORS,
    domain::{
        Act, ActOutcome, Aftermath, Door, Judgement, MeasureStatus, RemediationStatus, RunStatus,
        Severity, SilencePhase, Status,
    },
};

/// A text that is one of these.
pub fn one_of(words: impl IntoIterator<Item = &'static str>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words.into_iter().map(|word| json!(word))))
}

macro_rules! words {
    ($($kind:ident as $name:literal, $about:literal;)*) => {$(
        impl Serialize for $kind {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl PartialSchema for $kind {
            fn schema() -> RefOr<Schema> {
                one_of($kind::ALL.map($kind::as_str)).description(Some($about)).into()
            }
        }

        impl ToSchema for $kind {
            fn name() -> std::borrow::Cow<'static, str> {
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

/// The name of a detector, of those that there are.
pub struct Detector;

impl PartialSchema for Detector {
    fn schema() -> RefOr<Schema> {
        one_of(DETECTORS.iter().map(|detector| detector.name))
            .description(Some("The name of a detector"))
            .into()
    }
}

impl ToSchema for Detector {}
