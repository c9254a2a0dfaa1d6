//! AWS's published quotas of control-plane calls, per account and region. As of November 2026.
//!
//! Services that publish none (IAM) have no row: for them the bound on requests in flight and the SDK's
//! retries have to do.

/// Calls that AWS counts together.
#[derive(Debug)]
pub(super) struct Quota {
    /// Names the bucket.
    name: &'static str,
    /// The operations counted: a full name, or a service's prefix with its colon.
    operations: &'static [&'static str],
    /// Operations left out, because they have buckets of their own.
    except: &'static [&'static str],
    /// Whether each operation has a bucket of its own.
    each: bool,
    /// Calls a second.
    pub(super) per_second: f64,
    /// Calls at once. Where AWS publishes none: one second's worth.
    pub(super) burst: f64,
}

static QUOTAS: &[Quota] = &[
    // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, "Lambda API requests"
    Quota {
        name: "lambda:GetFunction",
        operations: &["lambda:GetFunction"],
        except: &[],
        each: false,
        per_second: 100.0,
        burst: 100.0,
    },
    Quota {
        name: "lambda:GetPolicy",
        operations: &["lambda:GetPolicy"],
        except: &[],
        each: false,
        per_second: 15.0,
        burst: 15.0,
    },
    Quota {
        name: "lambda control plane",
        operations: &["lambda:"],
        except: &["lambda:GetFunction", "lambda:GetPolicy"],
        each: false,
        per_second: 15.0,
        burst: 15.0,
    },
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html, both versions together
    Quota {
        name: "apigateway management",
        operations: &["apigateway:", "apigatewayv2:"],
        except: &[],
        each: false,
        per_second: 10.0,
        burst: 40.0,
    },
    Quota {
        name: "apigateway:GetResources",
        operations: &["apigateway:GetResources"],
        except: &[],
        each: false,
        per_second: 2.5,
        burst: 5.0,
    },
    // https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html
    Quota {
        name: "kms lists",
        operations: &["kms:ListKeys", "kms:ListAliases"],
        except: &[],
        each: true,
        per_second: 500.0,
        burst: 500.0,
    },
    Quota {
        name: "kms reads",
        operations: &[
            "kms:GetKeyPolicy",
            "kms:GetKeyRotationStatus",
            "kms:DescribeKey",
        ],
        except: &[],
        each: true,
        // DescribeKey may be called twice as often; nothing waits for it.
        per_second: 1000.0,
        burst: 1000.0,
    },
    // https://docs.aws.amazon.com/general/latest/gr/ct.html
    Quota {
        name: "cloudtrail",
        operations: &["cloudtrail:"],
        except: &[],
        each: true,
        per_second: 10.0,
        burst: 10.0,
    },
    // https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html, paged reads
    Quota {
        name: "ec2",
        operations: &["ec2:"],
        except: &[],
        each: true,
        per_second: 20.0,
        burst: 100.0,
    },
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    Quota {
        name: "sts",
        operations: &["sts:"],
        except: &[],
        each: false,
        per_second: 600.0,
        burst: 600.0,
    },
];

impl Quota {
    /// The name of the bucket that an operation draws on.
    pub(super) fn bucket<'a>(&self, operation: &'a str) -> &'a str
    where
        'static: 'a,
    {
        if self.each { operation } else { self.name }
    }

    fn counts(&self, operation: &str) -> bool {
        let named =
            |own: &&str| own.ends_with(':') && operation.starts_with(*own) || operation == *own;
        self.operations.iter().any(named) && !self.except.contains(&operation)
    }
}

/// The quotas that count an operation; all of them have to be kept.
pub(super) fn of(operation: &str) -> impl Iterator<Item = &'static Quota> {
    QUOTAS.iter().filter(move |quota| quota.counts(operation))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(operation: &str) -> Vec<&'static str> {
        of(operation).map(|quota| quota.name).collect()
    }

    #[test]
    fn lambda_has_three_buckets_and_api_gateway_nests_two() {
        assert_eq!(names("lambda:GetFunction"), ["lambda:GetFunction"]);
        assert_eq!(names("lambda:GetPolicy"), ["lambda:GetPolicy"]);
        assert_eq!(names("lambda:ListFunctions"), ["lambda control plane"]);
        assert_eq!(names("apigatewayv2:GetRoutes"), ["apigateway management"]);
        assert_eq!(
            names("apigateway:GetResources"),
            ["apigateway management", "apigateway:GetResources"]
        );
    }

    #[test]
    fn every_operation_of_a_scan_is_counted_but_those_of_iam() {
        for operation in crate::services::operations() {
            assert_eq!(
                names(operation).is_empty(),
                operation.starts_with("iam:"),
                "{operation}"
            );
        }
    }
}
