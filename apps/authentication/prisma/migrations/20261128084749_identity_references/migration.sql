-- AlterTable
ALTER TABLE "verification" ADD COLUMN     "transfer_digest" BYTEA;

-- CreateTable
CREATE TABLE "identity_reference" (
    "serial_number" VARCHAR(40) NOT NULL,
    "reference" BYTEA NOT NULL,
    "tries_left" INTEGER NOT NULL,

    CONSTRAINT "identity_reference_pkey" PRIMARY KEY ("serial_number")
);

-- CreateIndex
CREATE UNIQUE INDEX "verification_transfer_digest_key" ON "verification"("transfer_digest");

-- AddForeignKey
ALTER TABLE "identity_reference" ADD CONSTRAINT "identity_reference_serial_number_fkey" FOREIGN KEY ("serial_number") REFERENCES "identity_certificate"("serial_number") ON DELETE RESTRICT ON UPDATE CASCADE;
