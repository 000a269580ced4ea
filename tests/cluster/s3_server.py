"""moto's S3 server with the bucket `studio`: python -m tests.cluster.s3_server PORT."""

from __future__ import annotations

import sys

import boto3
from moto.server import ThreadedMotoServer

if __name__ == "__main__":
    port = int(sys.argv[1])
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    keys = {"aws_access_key_id": "studio", "aws_secret_access_key": "studio-secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", **keys).create_bucket(Bucket="studio")
    server._thread.join()
