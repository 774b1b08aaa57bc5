//! A Prometheus summary without quantiles (count and sum), which the `prometheus` crate does not have.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use prometheus::{
    core::{Collector, Desc},
    proto,
};

#[derive(Clone)]
pub struct SummaryVec {
    desc: Desc,
    label: &'static str,
    /// By the label's value. A lock, because an observation changes two numbers that belong together.
    observed: Arc<Mutex<BTreeMap<String, (u64, f64)>>>,
}

impl SummaryVec {
    pub fn new(name: &str, help: &str, label: &'static str) -> prometheus::Result<Self> {
        let desc = Desc::new(
            name.to_owned(),
            help.to_owned(),
            vec![label.to_owned()],
            std::collections::HashMap::new(),
        )?;
        Ok(Self {
            desc,
            label,
            observed: Arc::default(),
        })
    }

    /// Makes the series exist with 0 before the first observation.
    pub fn announce(&self, value: &str) {
        self.observed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(value.to_owned())
            .or_default();
    }

    pub fn observe(&self, value: &str, took: Duration) {
        let mut observed = self.observed.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, sum) = observed.entry(value.to_owned()).or_default();
        *count += 1;
        *sum += took.as_secs_f64();
    }
}

impl Collector for SummaryVec {
    fn desc(&self) -> Vec<&Desc> {
        vec![&self.desc]
    }

    fn collect(&self) -> Vec<proto::MetricFamily> {
        let observed = self.observed.lock().unwrap_or_else(PoisonError::into_inner);
        let metrics = observed.iter().map(|(value, (count, sum))| {
            let mut label = proto::LabelPair::default();
            label.set_name(self.label.to_owned());
            label.set_value(value.clone());
            let mut summary = proto::Summary::default();
            summary.set_sample_count(*count);
            summary.set_sample_sum(*sum);
            let mut metric = proto::Metric::default();
            metric.set_label(vec![label]);
            metric.set_summary(summary);
            metric
        });
        let mut family = proto::MetricFamily::default();
        family.set_name(self.desc.fq_name.clone());
        family.set_help(self.desc.help.clone());
        family.set_field_type(proto::MetricType::SUMMARY);
        family.set_metric(metrics.collect());
        vec![family]
    }
}
