"""A whole campaign from a folder of CSV files: all of it, or nothing and a list of what is wrong."""
from .faults import Fault, FolderRefused
from .service import ImportedCampaign, import_campaign

__all__ = ["Fault", "FolderRefused", "ImportedCampaign", "import_campaign"]
