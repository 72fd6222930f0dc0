from demand.models.insight import Insight
from demand.models.interview import Identity, Interview, Participant, Quote
from demand.models.request import Purpose, Request, RequestSupport

__all__ = ["Identity", "Insight", "Interview", "Participant", "Purpose", "Quote", "Request", "RequestSupport"]
