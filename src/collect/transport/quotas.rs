//! AWS's published quotas of control-plane calls, per account and region.
//!
//! Every row names its source and the month it was read. Services that publish none have a row that says
//! so: their rate is where to begin, and it adapts to what AWS answers.

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
    /// Where the numbers come from.
    source: Source,
}

/// Where a quota comes from.
#[derive(Debug)]
enum Source {
    /// A page of AWS's documentation, and the month it was read.
    Page(&'static str, &'static str),
    /// AWS publishes no quota: a cautious rate to begin with.
    Unpublished,
}

/// How far the rate of a service that publishes no quota may grow.
const GROWTH: f64 = 4.0;

const LAMBDA: Source = Source::Page(
    "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests",
    "2026-11",
);
const LAMBDA_INSTANCES: Source = Source::Page(
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-quotas.html",
    "2026-11",
);
const API_GATEWAY: Source = Source::Page(
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html",
    "2026-11",
);
const SECRETS_MANAGER: Source = Source::Page(
    "https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html",
    "2026-11",
);
const KMS: Source = Source::Page(
    "https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html",
    "2026-11",
);
const CLOUDTRAIL: Source = Source::Page(
    "https://docs.aws.amazon.com/general/latest/gr/ct.html",
    "2026-11",
);
const CLOUDWATCH: Source = Source::Page(
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html",
    "2026-11",
);
const LOGS: Source = Source::Page(
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html",
    "2026-11",
);
const WAF: Source = Source::Page(
    "https://docs.aws.amazon.com/waf/latest/developerguide/limits.html",
    "2026-11",
);
const EC2: Source = Source::Page(
    "https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html",
    "2026-11",
);
const STS: Source = Source::Page(
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    "2026-11",
);

const ORGANIZATIONS: Source = Source::Page(
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html",
    "2026-11",
);
const ACCOUNT: Source = Source::Page(
    "https://docs.aws.amazon.com/accounts/latest/reference/quotas.html",
    "2026-11",
);
const SERVICE_QUOTAS: Source = Source::Page(
    "https://docs.aws.amazon.com/general/latest/gr/servicequotas.html",
    "2026-11",
);
const COGNITO: Source = Source::Page(
    "https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html",
    "2026-11",
);
const RESOLVER: Source = Source::Page(
    "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html",
    "2026-11",
);

static QUOTAS: &[Quota] = &[
    Quota {
        name: "lambda:GetFunction",
        operations: &["lambda:GetFunction"],
        except: &[],
        each: false,
        per_second: 100.0,
        burst: 100.0,
        source: LAMBDA,
    },
    Quota {
        name: "lambda:GetPolicy",
        operations: &["lambda:GetPolicy"],
        except: &[],
        each: false,
        per_second: 15.0,
        burst: 15.0,
        source: LAMBDA,
    },
    // All reads of capacity providers together.
    Quota {
        name: "lambda capacity providers",
        operations: &["lambda:ListCapacityProviders"],
        except: &[],
        each: false,
        per_second: 15.0,
        burst: 15.0,
        source: LAMBDA_INSTANCES,
    },
    Quota {
        name: "lambda control plane",
        operations: &["lambda:"],
        except: &[
            "lambda:GetFunction",
            "lambda:GetPolicy",
            "lambda:ListCapacityProviders",
        ],
        each: false,
        per_second: 15.0,
        burst: 15.0,
        source: LAMBDA,
    },
    Quota {
        name: "lambda-microvms:GetMicrovm",
        operations: &["lambda-microvms:GetMicrovm"],
        except: &[],
        each: false,
        per_second: 100.0,
        burst: 100.0,
        source: LAMBDA,
    },
    // Together with three operations that write, which no scan calls.
    Quota {
        name: "secretsmanager:GetResourcePolicy",
        operations: &["secretsmanager:GetResourcePolicy"],
        except: &[],
        each: false,
        per_second: 50.0,
        burst: 50.0,
        source: SECRETS_MANAGER,
    },
    // Both versions together.
    Quota {
        name: "apigateway management",
        operations: &["apigateway:", "apigatewayv2:"],
        except: &[],
        each: false,
        per_second: 10.0,
        burst: 40.0,
        source: API_GATEWAY,
    },
    Quota {
        name: "apigateway:GetResources",
        operations: &["apigateway:GetResources"],
        except: &[],
        each: false,
        per_second: 2.5,
        burst: 5.0,
        source: API_GATEWAY,
    },
    Quota {
        name: "kms lists",
        operations: &["kms:ListKeys", "kms:ListAliases"],
        except: &[],
        each: true,
        per_second: 500.0,
        burst: 500.0,
        source: KMS,
    },
    Quota {
        name: "kms reads",
        operations: &["kms:GetKeyPolicy", "kms:GetKeyRotationStatus"],
        except: &[],
        each: true,
        per_second: 1000.0,
        burst: 1000.0,
        source: KMS,
    },
    Quota {
        name: "kms fast reads",
        operations: &["kms:DescribeKey", "kms:ListResourceTags"],
        except: &[],
        each: true,
        per_second: 2000.0,
        burst: 2000.0,
        source: KMS,
    },
    Quota {
        name: "kms lists of a key",
        operations: &["kms:ListGrants", "kms:ListKeyRotations"],
        except: &[],
        each: true,
        per_second: 100.0,
        burst: 100.0,
        source: KMS,
    },
    Quota {
        name: "kms slow reads",
        operations: &["kms:DescribeCustomKeyStores", "kms:GetKeyLastUsage"],
        except: &[],
        each: true,
        per_second: 5.0,
        burst: 5.0,
        source: KMS,
    },
    Quota {
        name: "cloudtrail",
        operations: &["cloudtrail:"],
        except: &[],
        each: true,
        per_second: 10.0,
        burst: 10.0,
        source: CLOUDTRAIL,
    },
    // Paged reads, and those that have no pages. Unpaged reads of interfaces, security groups and some others
    // have half of it, and no collector makes them.
    Quota {
        name: "cloudwatch:DescribeAlarms",
        operations: &["cloudwatch:DescribeAlarms"],
        except: &[],
        each: false,
        per_second: 9.0,
        burst: 9.0,
        source: CLOUDWATCH,
    },
    Quota {
        name: "cloudwatch:GetMetricData",
        operations: &["cloudwatch:GetMetricData"],
        except: &[],
        each: false,
        per_second: 500.0,
        burst: 500.0,
        source: CLOUDWATCH,
    },
    Quota {
        name: "logs:DescribeLogGroups",
        operations: &["logs:DescribeLogGroups"],
        except: &[],
        each: false,
        per_second: 10.0,
        burst: 10.0,
        source: LOGS,
    },
    Quota {
        name: "logs filters and destinations",
        operations: &[
            "logs:DescribeDestinations",
            "logs:DescribeMetricFilters",
            "logs:DescribeSubscriptionFilters",
        ],
        except: &[],
        each: true,
        per_second: 5.0,
        burst: 5.0,
        source: LOGS,
    },
    // Every Get and List that has no quota of its own.
    Quota {
        name: "wafv2",
        operations: &["wafv2:"],
        except: &[],
        each: true,
        per_second: 5.0,
        burst: 5.0,
        source: WAF,
    },
    // Paged reads; unpaged ones have half of it, and no collector makes them.
    Quota {
        name: "ec2",
        operations: &["ec2:"],
        except: &[],
        each: true,
        per_second: 20.0,
        burst: 100.0,
        source: EC2,
    },
    Quota {
        name: "sts",
        operations: &["sts:"],
        except: &[],
        each: false,
        per_second: 600.0,
        burst: 600.0,
        source: STS,
    },
    Quota {
        name: "organizations:DescribeOrganization",
        operations: &["organizations:DescribeOrganization"],
        except: &[],
        each: false,
        per_second: 1.0,
        burst: 2.0,
        source: ORGANIZATIONS,
    },
    Quota {
        name: "organizations:DescribePolicy",
        operations: &["organizations:DescribePolicy"],
        except: &[],
        each: false,
        per_second: 2.0,
        burst: 2.0,
        source: ORGANIZATIONS,
    },
    Quota {
        name: "organizations lists",
        operations: &[
            "organizations:ListParents",
            "organizations:ListPoliciesForTarget",
        ],
        except: &[],
        each: true,
        per_second: 5.0,
        burst: 8.0,
        source: ORGANIZATIONS,
    },
    Quota {
        name: "account:GetAlternateContact",
        operations: &["account:GetAlternateContact"],
        except: &[],
        each: false,
        per_second: 10.0,
        burst: 15.0,
        source: ACCOUNT,
    },
    // AWS counts a burst of ten on top; the rate alone is enough.
    Quota {
        name: "service-quotas:ListServiceQuotas",
        operations: &["service-quotas:ListServiceQuotas"],
        except: &[],
        each: false,
        per_second: 10.0,
        burst: 10.0,
        source: SERVICE_QUOTAS,
    },
    // Two categories, one of 15 and one of 20 a second: the lower for all.
    Quota {
        name: "cognito-idp reads",
        operations: &["cognito-idp:"],
        except: &[],
        each: false,
        per_second: 15.0,
        burst: 15.0,
        source: COGNITO,
    },
    Quota {
        name: "route53resolver",
        operations: &["route53resolver:"],
        except: &[],
        each: false,
        per_second: 5.0,
        burst: 5.0,
        source: RESOLVER,
    },
    Quota {
        name: "iam",
        operations: &["iam:"],
        except: &[],
        each: true,
        per_second: 5.0,
        burst: 10.0,
        source: Source::Unpublished,
    },
];

/// Whatever no row counts: services that publish no rate of requests, of which each operation begins
/// cautiously.
static OTHERS: Quota = Quota {
    name: "others",
    operations: &[],
    except: &[],
    each: true,
    per_second: 10.0,
    burst: 20.0,
    source: Source::Unpublished,
};

impl Quota {
    /// The name of the bucket that an operation draws on.
    pub(super) fn bucket<'a>(&self, operation: &'a str) -> &'a str
    where
        'static: 'a,
    {
        if self.each { operation } else { self.name }
    }

    /// The largest factor by which the rate may be used.
    pub(super) fn most(&self) -> f64 {
        match self.source {
            Source::Page(..) => 1.0,
            Source::Unpublished => GROWTH,
        }
    }

    fn counts(&self, operation: &str) -> bool {
        let named =
            |own: &&str| own.ends_with(':') && operation.starts_with(*own) || operation == *own;
        self.operations.iter().any(named) && !self.except.contains(&operation)
    }
}

/// One row of the table, for documentation.
#[derive(Debug, Clone, PartialEq)]
pub struct QuotaRow {
    /// Names the bucket.
    pub name: &'static str,
    /// Declared operations that it counts, sorted.
    pub operations: Vec<&'static str>,
    /// Whether each of the operations has a bucket of its own.
    pub each: bool,
    /// Calls a second.
    pub per_second: f64,
    /// Calls at once.
    pub burst: f64,
    /// Page of AWS's documentation and the month it was read; none where AWS publishes no quota.
    pub source: Option<(&'static str, &'static str)>,
}

/// The table, with the declared operations that each row counts.
pub fn rows() -> Vec<QuotaRow> {
    let declared = crate::services::operations();
    let counts = |quota: &Quota, operation: &str| of(operation).any(|it| it.name == quota.name);
    QUOTAS
        .iter()
        .chain([&OTHERS])
        .map(|quota| QuotaRow {
            name: quota.name,
            operations: declared
                .iter()
                .copied()
                .filter(|operation| counts(quota, operation))
                .collect(),
            each: quota.each,
            per_second: quota.per_second,
            burst: quota.burst,
            source: match quota.source {
                Source::Page(page, read) => Some((page, read)),
                Source::Unpublished => None,
            },
        })
        .collect()
}

/// The quotas that count an operation; all of them have to be kept.
pub(super) fn of(operation: &str) -> impl Iterator<Item = &'static Quota> {
    let published = move || QUOTAS.iter().filter(move |quota| quota.counts(operation));
    let others = published().next().is_none().then_some(&OTHERS);
    published().chain(others)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(operation: &str) -> Vec<&'static str> {
        of(operation).map(|quota| quota.name).collect()
    }

    #[test]
    fn lambda_has_four_buckets_and_api_gateway_nests_two() {
        assert_eq!(names("lambda:GetFunction"), ["lambda:GetFunction"]);
        assert_eq!(names("lambda:GetPolicy"), ["lambda:GetPolicy"]);
        assert_eq!(
            names("lambda:ListCapacityProviders"),
            ["lambda capacity providers"]
        );
        assert_eq!(names("lambda:ListFunctions"), ["lambda control plane"]);
        assert_eq!(names("apigatewayv2:GetRoutes"), ["apigateway management"]);
        assert_eq!(
            names("apigateway:GetResources"),
            ["apigateway management", "apigateway:GetResources"]
        );
    }

    #[test]
    fn what_no_row_counts_begins_cautiously() {
        assert_eq!(names("sns:ListTopics"), ["others"]);
        assert_eq!(names("iam:GetAccountSummary"), ["iam"]);
    }

    #[test]
    fn every_row_counts_an_operation_and_names_its_source() {
        for row in rows() {
            assert!(!row.operations.is_empty(), "{} counts nothing", row.name);
            let Some((page, read)) = row.source else {
                continue;
            };
            assert!(page.starts_with("https://docs.aws.amazon.com/"), "{page}");
            assert!(read.starts_with("20") && read.len() == 7, "{read}");
        }
    }
}
