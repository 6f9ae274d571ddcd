"""The way out for return labels: made on demand, downloaded, never kept by anybody in between."""

from flask import Response, abort

from helpdesk.returns import Rma, label_of


def send_label(rma: Rma) -> Response:
    """The label as a PDF file, as long as the parcel may still be on its way; afterwards there is none."""
    if not rma.may_have_label:
        abort(404)
    response = Response(label_of(rma), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="return-{rma.number}.pdf"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
