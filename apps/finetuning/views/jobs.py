"""OpenAI's fine-tuning routes, and our quote and loss curve beside them."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import TenantView
from apps.core.pagination import as_list, paginate
from apps.core.tenancy import tenant_scope
from apps.finetuning import selectors
from apps.finetuning.serializers import jobs as serializers
from apps.finetuning.serializers import steps
from apps.finetuning.services.end_job import cancel_job
from apps.finetuning.services.quotes import quote_job
from apps.finetuning.services.start_job import start_job
from apps.metering.selectors import get_spendable
from kernel.policy import Action


class JobsView(TenantView):
    """GET, POST /v1/fine_tuning/jobs."""

    actions = {"GET": Action.JOB_READ, "POST": Action.JOB_WRITE}
    queries = {"GET": serializers.ListJobsQuery}
    inputs = {"POST": serializers.CreateJobInput}

    @extend_schema(operation_id="listPaginatedFineTuningJobs", responses=serializers.JobListOutput)
    def get(self, request: Request) -> Response:
        caller = self.caller
        with tenant_scope(caller.tenant_id):
            rows = selectors.jobs_of_project(caller.tenant_id, caller.project_id)
            if "metadata" in self.query:
                rows = selectors.with_metadata(rows, self.query["metadata"])
            jobs, has_more = paginate(rows, self.query)
        return Response(as_list([serializers.job_body(job) for job in jobs], has_more, with_ids=False))

    @extend_schema(
        operation_id="createFineTuningJob",
        responses=serializers.JobOutput,
    )
    def post(self, request: Request) -> Response:
        body = self.body()
        caller = self.caller
        job = start_job(
            caller.tenant_id,
            body.to_request(),
            project_id=caller.project_id,
            user_id=caller.user_id or "",
            key_id=caller.key_id or "",
            is_retry=request.headers.get("x-stainless-retry-count", "0") != "0",
        )
        return Response(serializers.job_body(job))


class QuotesView(TenantView):
    """POST /v1/fine_tuning/quotes: what a job would cost at most. Creates nothing."""

    actions = {"POST": Action.JOB_READ}
    inputs = {"POST": serializers.CreateJobInput}

    @extend_schema(
        operation_id="createFineTuningQuote",
        responses=serializers.QuoteOutput,
    )
    def post(self, request: Request) -> Response:
        body = self.body()
        caller = self.caller
        quote = quote_job(caller.tenant_id, body.to_request(), project_id=caller.project_id)
        return Response(serializers.quote_body(quote, get_spendable(caller.tenant_id)))


class JobView(TenantView):
    """GET /v1/fine_tuning/jobs/{id}."""

    actions = {"GET": Action.JOB_READ}

    @extend_schema(operation_id="retrieveFineTuningJob", responses=serializers.JobOutput)
    def get(self, request: Request, job_id: str) -> Response:
        job = selectors.get_job(self.caller.tenant_id, job_id, project_id=self.caller.project_id)
        return Response(serializers.job_body(job))


class CancelJobView(TenantView):
    """POST /v1/fine_tuning/jobs/{id}/cancel."""

    actions = {"POST": Action.JOB_WRITE}

    @extend_schema(operation_id="cancelFineTuningJob", request=None, responses=serializers.JobOutput)
    def post(self, request: Request, job_id: str) -> Response:
        job = cancel_job(self.caller.tenant_id, job_id, project_id=self.caller.project_id)
        return Response(serializers.job_body(job))


class JobEventsView(TenantView):
    """GET /v1/fine_tuning/jobs/{id}/events, newest first."""

    actions = {"GET": Action.JOB_READ}
    queries = {"GET": serializers.ListEventsQuery}

    @extend_schema(operation_id="listFineTuningEvents", responses=serializers.EventListOutput)
    def get(self, request: Request, job_id: str) -> Response:
        tenant_id = self.caller.tenant_id
        selectors.get_job(tenant_id, job_id, project_id=self.caller.project_id)
        with tenant_scope(tenant_id):
            rows = selectors.events_of_job(tenant_id, job_id)
            events, has_more = paginate(rows, self.query)
        return Response(
            as_list([serializers.event_body(event) for event in events], has_more, with_ids=False)
        )


class JobCheckpointsView(TenantView):
    """GET /v1/fine_tuning/jobs/{id}/checkpoints, newest first."""

    actions = {"GET": Action.JOB_READ}
    queries = {"GET": serializers.ListCheckpointsQuery}

    @extend_schema(operation_id="listFineTuningJobCheckpoints", responses=steps.CheckpointListOutput)
    def get(self, request: Request, job_id: str) -> Response:
        tenant_id = self.caller.tenant_id
        selectors.get_job(tenant_id, job_id, project_id=self.caller.project_id)
        rows = selectors.checkpoints_of_job(tenant_id, job_id)
        return self.list_response(rows, steps.checkpoint_body)


class JobMetricsView(TenantView):
    """GET /v1/fine_tuning/jobs/{id}/metrics: the whole loss curve, oldest first."""

    actions = {"GET": Action.JOB_READ}

    @extend_schema(operation_id="listFineTuningJobMetrics", responses=steps.MetricListOutput)
    def get(self, request: Request, job_id: str) -> Response:
        tenant_id = self.caller.tenant_id
        selectors.get_job(tenant_id, job_id, project_id=self.caller.project_id)
        rows = selectors.list_metrics(tenant_id, job_id)
        return Response({"object": "list", "data": [steps.metric_body(row) for row in rows]})
