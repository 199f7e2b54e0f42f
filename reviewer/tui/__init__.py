"""The workbench: the screen at which stewards decide. It calls ``review`` for every act and asks the API nothing."""
