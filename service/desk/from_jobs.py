"""Takes the portfolio of a finished job for a campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.portfolio.reading import ReadOptions
from service.desk.vetting import Upload
from service.jobs.desk import JobStateError
from service.jobs.folders import JobFolders
from service.jobs.states import State

if TYPE_CHECKING:
    from service.jobs.desk import JobDesk
    from service.settings import Settings


def upload_of_job(jobs: JobDesk, settings: Settings, job_id: str, user_id: str) -> tuple[Upload, str]:
    """Return the portfolio of a job as it was read, and the version of the model that tagged it.

    Rows that the job rejected stay out.

    Raises
    ------
    JobMissingError
        There is no such job, or it is another user's.
    JobStateError
        ``job-unfinished``, or ``upload-gone``.
    """
    job = jobs.find(job_id, user_id)
    if job.state != State.DONE:
        raise JobStateError("The job is not done.", code="job-unfinished", remedy="Wait until it is.")
    path = JobFolders(settings.data_dir).of(job.id).upload(job.file_name)
    if not path.is_file():
        raise JobStateError("The file of the job is gone.", code="upload-gone", remedy="Upload it again.")
    read = ReadOptions(columns=dict(job.columns), sheet=job.sheet, format=job.input_format)
    return Upload(path, job.file_name, read, skip_rejected=True), job.model_version
